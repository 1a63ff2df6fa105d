"""What the tests of the employer's side do again and again: walk a filing through its pages as a person without JavaScript would."""

from typing import Any

from portal.journey.samples import sample_answers, sample_file
from tests.driving import Browser, Form, Page
from workflow.fields import Section
from workflow.models import Case, db
from workflow.services import service

ROW = service("new_overseas")


def door(page: Page, code: str = "new_overseas") -> Form:
    """The form that opens a draft of this service, among the doors of its menu entry."""
    return next(f for f in page.forms if f.hidden.get("service") == code)


def begin(browser: Browser) -> int:
    """Open a draft by its door; the id of the case."""
    browser.get("/applications/new", expect=200)
    browser.submit(form=door(browser.page), expect=200)
    return int(browser.page.path.split("/")[2])


def fill(browser: Browser, case_id: int, section: Section, held: Any, do: str = "next") -> None:
    """Type the answers of one page and press a button of it; rows are added with its own button."""
    browser.get(f"/applications/{case_id}/sections/{section.code}", expect=200)
    if section.repeating:
        for number in range(len(held)):
            if f"{section.code}-{number}-{section.fields[0].code}" not in browser.page.form("section-form").names:
                browser.submit(form="section-form", button="add")
            browser.submit({f"{section.code}-{number}-{name}": value for name, value in held[number].items()}, form="section-form", button="add" if number + 1 < len(held) else do)
        if not held:
            browser.submit(form="section-form", button=do)
        return
    browser.submit({f"{section.code}-{name}": value for name, value in held.items()}, form="section-form", button=do)


def upload(browser: Browser, case_id: int, kind: str, name: str | None = None, data: bytes | None = None, **values: str) -> None:
    browser.get(f"/applications/{case_id}/attachments", expect=200)
    sample_name, sample = sample_file(kind)
    browser.submit(values, form=f"upload-{kind}", files={"file": (name or sample_name, sample if data is None else data, "application/octet-stream")}, button="upload")


def fill_all(browser: Browser, **changes: Any) -> int:
    """A complete draft, every page by its own form, every file by its own. Ends on the page of answers."""
    answers, case_id = sample_answers(**changes), begin(browser)
    for section in ROW.sections:
        fill(browser, case_id, section, answers[section.code])
        assert browser.page.status == 200, (section.code, browser.page.problems)
    for needed in ROW.materials:
        if needed.due(answers) and needed.code not in ("health", "no_crime"):
            upload(browser, case_id, needed.code)
            assert browser.page.status == 200, (needed.code, browser.page.problems)
    upload(browser, case_id, "no_crime", issued_on=answers["basic"]["passport_issued"] and today())
    browser.submit(form="upload-health", button="commit", expect=200)
    browser.submit({f"contract-{name}": value for name, value in answers["contract"].items()}, form="/sections/contract", button="next", expect=200)
    browser.get(f"/applications/{case_id}/answers", expect=200)
    return case_id


def submit(browser: Browser, case_id: int) -> None:
    browser.get(f"/applications/{case_id}/answers", expect=200)
    browser.submit({"declared": True}, form=f"/applications/{case_id}/answers", expect=200)


def today() -> str:
    from workflow import clock

    return clock.today().isoformat()


def case_of(case_id: int) -> Case:
    db.session.rollback()
    return db.session.get_one(Case, case_id)
