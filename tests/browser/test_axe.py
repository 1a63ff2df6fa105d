"""Every page of the house before axe and at 360 px, as each person of the demonstration meets it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from portal import sessions
from tests.browser.conftest import House
from tests.browser.eyes import faults, listen, off_the_side
from workflow import clock, photo_links, resets
from workflow.application import State
from workflow.cutover_cohorts import COHORTS, EFFECTIVE
from workflow.models import Case, CaseMaterial, CutoverRun, Employer, Message, PaperRow, Permit, Person, Residence, User, WebSession, db, writing
from workflow.papers import Paper
from workflow.services import service

Address = tuple[str, str]  # who looks (the sign-in before the @, "" for a stranger), and where

# Pages reached by a road of their own in the tests below, and addresses that are no page: each with its reason.
ELSEWHERE = {
    "accounts.code": "the doors in between", "accounts.invitation": "the doors in between", "accounts.typed": "the doors in between", "register.code": "on the road of registration",
    "register.password": "on the road of registration", "card.face": "with a card", "card.code": "with a card", "card.show": "with a card", "card.locking": "with a card", "card.wrong": "with a card", "register.dispute": "when somebody registered",
    "track.link": "test_card_app.py", "track.case": "test_card_app.py", "accounts.reset": "the doors in between", "applications.look": "a part of the attachments, asked for while a file is looked at", "window.holder": "test_card_app.py", "window.case": "test_card_app.py", "hall.result": "after a letter was read", "applications.correct": "the case page of a returned case is that page",
    "admin.cutover_run": "the doors in between",
}  # fmt: skip
FILES = ("static", "applications.file", "applications.paper", "review.file", "review.paper", "window.file", "window.photo", "window.paper", "window.intake_paper", "residence.photo", "residence.paper",
         "applications.picture", "review.picture", "card.photo", "card.manifest", "card.worker", "window.holder_photo", "window.case_paper", "check.jwks", "check.cose_keys", "check.status_list", "check.worker")  # fmt: skip

WITH_STATE = {  # who meets a case of that state in review
    State.PRELIMINARY_REVIEW: "zhou", State.RETURNED: "zhou", State.ACCEPTANCE: "zhou", State.EXAMINATION: "qin", State.DECISION: "wei", State.GRANTED: "wei",
}  # fmt: skip
PEOPLE = ("", "lin", "zhou", "qin", "wei", "huang", "luo", "admin")
FIRST_ROLE = {"handler": "lin", "acceptance": "zhou", "examiner": "qin", "decider": "wei", "window": "huang", "exit_entry": "luo", "admin": "admin"}


def addresses(house: House) -> list[Address]:
    """Every page of the map once, by the first who may open it; pages of a case once a state, pages of a filing once a section, with and without their faults."""
    cases = dict(house.ask(sa.select(Case.state, sa.func.min(Case.id)).group_by(Case.state)))
    draft, employer = cases[State.DRAFT], house.ask(sa.select(sa.func.min(Employer.id)))[0][0]
    residence = house.ask(sa.select(sa.func.min(Residence.id)))[0][0]
    joint, joint_step = house.ask(sa.select(Residence.case_id, Residence.id).where(Residence.joint))[0]
    photo = house.ask(sa.select(CaseMaterial.id).where(CaseMaterial.case_id == draft, CaseMaterial.kind == "photo"))[0][0]
    permit = house.ask(sa.select(sa.func.min(Permit.id)))[0][0]
    ref = notice_ref(house)
    sections = [s.code for s in service("new_overseas").all_sections]
    samples: dict[str, list[Address]] = {
        "home.index": [("", "/")],
        "applications.doors": [("lin", "/applications/new"), ("lin", "/applications/new/long-term"), *((("lin", a)) for a in menu_doors(house))],
        "applications.show": [("lin", f"/applications/{i}") for state, i in cases.items() if state is not State.DRAFT] + [("lin", f"/applications/{joint}")],
        "applications.appointment": [("lin", f"/applications/{joint}/appointment")],
        "applications.section": [("lin", f"/applications/{draft}/sections/{code}{check}") for code in sections for check in ("", "?check=1")],
        "applications.attachments": [("lin", f"/applications/{draft}/attachments{check}") for check in ("", "?check=1")],
        "applications.photo_link": [("lin", f"/applications/{draft}/photo-link")],
        "applications.better": [("lin", f"/applications/{draft}/materials/{photo}/better")],
        "portrait.portrait": [("", portrait_address(house, draft)), ("", "/photo/nobody-made-this")],
        "applications.answers": [("lin", f"/applications/{draft}/answers"), ("lin", f"/applications/{cases[State.PRELIMINARY_REVIEW]}/answers")],
        "review.show": [(who, f"/review/{cases[state]}") for state, who in WITH_STATE.items()]
        + [("zhou", f"/review/{cases[State.PRELIMINARY_REVIEW]}?part={part}") for part in ("basic", "work", "materials", "casefile")]
        + [("zhou", f"/review/{cases[State.PRELIMINARY_REVIEW]}?part=basic&defect=answers:basic.passport_no")],
        "review.find": [("zhou", "/review/find"), ("zhou", "/review/find?q=MORETTI"), ("zhou", "/review/find?q=nobody")],
        "admin.employer": [("admin", f"/admin/employers/{employer}")],
        "admin.cutover_cohort": [("admin", f"/admin/cutover/cohorts/{cohort.code}") for cohort in COHORTS],
        "window.paper_intake": [("huang", f"/window/paper-intake{asked}") for asked in ("", "?q=MORETTI", f"?permit={permit}")],
        "card.shown": [("", "/c/0123456789ABCDEF")],
        "window.show": [("huang", f"/window/{residence}"), ("huang", f"/window/{joint_step}")],
        "residence.show": [("luo", f"/residence/{residence}"), ("luo", f"/residence/{joint_step}")],
        "residence.queue": [("luo", "/residence/"), ("luo", "/residence/?q=MORETTI")],
        "check.show": [("", f"/v/{ref}"), ("", "/v/00000000000"), ("", f"/v/{ref}?lang=en")],
        "check.enter": [("", "/v"), ("", "/v?lang=en")],
        "register.identity": [("", f"/register/{ref}"), ("", "/register/00000000000"), ("", f"/register/{ref}?lang=en")],
        "help.entry": [("", house_address(house, "help.entry", slug)) for slug in help_slugs()],
        "hall.welcome": [("", "/kiosk"), ("", "/kiosk?lang=en")],
        "hall.way": [("", f"/kiosk/scan/{way}") for way in ("type", "picture", "phone")],
        "accounts.account": [("lin", "/account"), ("zhou", "/account?lang=en"), ("zhou", "/account?lang=zh_Hans_CN")],
    }  # fmt: skip
    found: list[Address] = []
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in FILES or rule.endpoint in ELSEWHERE or rule.rule.endswith((".csv", ".xlsx", ".pdf")):
            continue
        if rule.endpoint in samples:
            found += samples[rule.endpoint]
        elif rule.arguments:
            raise AssertionError(f"{rule.endpoint} ({rule}) takes {rule.arguments} and has no sample: add one to `samples`, or to ELSEWHERE with its reason")
        else:
            access = house.app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
            found.append(("" if isinstance(access, str) else FIRST_ROLE[access[0].value] if access else "lin", str(rule)))
    return list(dict.fromkeys(found))


def notice_ref(house: House) -> str:
    return str(house.ask(sa.select(PaperRow.ref).where(PaperRow.kind == Paper.NOTIFICATION))[0][0])


def portrait_address(house: House, draft: int) -> str:
    """A link to the camera page, as a handler makes it for the person of a draft."""
    with house.app.app_context():
        lin = db.session.scalars(sa.select(User).where(User.email.startswith("lin@"))).one()
        secret = photo_links.make(draft, by=lin)[1]
        db.session.remove()
    return f"/photo/{secret}"


def menu_doors(house: House) -> list[str]:
    from workflow.services import MENUS

    return [f"/applications/new/{menu.path}" for menu in MENUS.values() if menu.path]


def help_slugs() -> list[str]:
    from portal.help.entries import ENTRIES

    return [entry.slug for entry in ENTRIES][:3]


def house_address(house: House, endpoint: str, slug: str) -> str:
    with house.app.test_request_context():
        from flask import url_for

        return url_for(endpoint, slug=slug)


def look(page: Page, heard: list[str], mark: str) -> list[str]:
    """Everything there is to say against the page as it stands."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    said = faults(page) + off_the_side(page) + heard
    heard.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{mark}: {sentence}" for sentence in dict.fromkeys(said)]


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_is_closed_to_anybody_or_runs_off_the_side(house: House, who: str) -> None:
    page = house.enter(who).new_page()
    heard, said = listen(page), []
    for _, where in [a for a in addresses(house) if a[0] == who]:
        answer = page.goto(where)
        if answer is None or answer.status not in (200, 404) or (who and "/sign-in" in page.url):
            said.append(f"{where}: answers {answer and answer.status} at {page.url}")
        said += look(page, heard, f"{who or 'a stranger'} at {where}")
    page.close()
    assert not said, "\n".join(said)


def test_no_answer_to_a_mistake_is_closed_to_anybody(house: House) -> None:
    """The summaries of problems, as they come back from the server."""
    context = house.context()
    page = context.new_page()
    heard, said = listen(page), []
    for where, button in (("/sign-in", "main form .btn-primary"), ("/register-employer", "main form .btn-primary"), ("/v", "main form .btn-primary"), ("/card/sign-in", "main form .btn-primary"),
                          (f"/register/{notice_ref(house)}", "main form .btn-primary"), ("/kiosk/scan/type", "main form .btn-primary")):  # fmt: skip
        page.goto(where)
        page.locator("main form[method=post]").first.evaluate("f => { f.noValidate = true }")
        with page.expect_navigation():
            page.locator(button).first.click()
        said += look(page, heard, f"{where} sent empty")
    context.close()
    assert not said, "\n".join(said)


def test_the_whole_road_of_the_lobby_is_open_to_everybody(build: Callable[[bool], House]) -> None:
    """From the letter at the machine to the card on the phone, its code shown to somebody, and its lock."""
    house = build(True)
    ref = notice_ref(house)
    context = house.context(width=1080)
    page = context.new_page()
    heard, said = listen(page), []

    def seen(mark: str) -> None:
        said.extend(look(page, heard, mark))

    def press(words: str) -> None:
        with page.expect_navigation():
            page.locator(words).first.click()

    page.goto("/kiosk/scan/type")
    page.fill("[name=code]", "nothing of ours")
    press("main form .btn-primary")
    seen("the machine, a wrong code")
    page.goto("/kiosk/scan/type")
    page.fill("[name=code]", ref)
    press("main form .btn-primary")
    seen("the machine, what was read")
    page.goto(f"/register/{ref}")
    page.fill("[name=name]", "Giulia Anna Moretti")
    page.fill("[name=passport]", "YB0041728")
    for part, value in (("born-year", "1990"), ("born-month", "3"), ("born-day", "14")):
        field = page.locator(f"[name={part}]")
        field.select_option(value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(value)
    press("main form .btn-primary")
    seen("registration, the code")
    page.fill("[name=code]", "000000" if code_sent(house) != "000000" else "111111")
    press("main form .btn-primary")
    seen("registration, a wrong code")
    page.fill("[name=code]", code_sent(house))
    press("main form .btn-primary")
    seen("registration, the password")
    page.fill("[name=password]", "short")
    press("main form .btn-primary")
    seen("registration, a poor password")
    page.fill("[name=password]", "Torino-1990")
    page.fill("[name=again]", "Torino-1990")
    press("main form .btn-primary")
    seen("the card's face")
    for where in ("/card", "/card/show", "/card/lock", "/card?lang=en", "/card/wrong", f"/register/{ref}/dispute", f"/register/{ref}", f"/v/{ref}"):
        page.goto(where)
        seen(where)
    context.close()
    number = house.ask(sa.select(Person.permit_number).where(Person.passport_no == "YB0041728"))[0][0]
    other = house.context(width=360)  # a telephone that does not know the card yet
    page = other.new_page()
    heard = listen(page)
    page.goto("/card/sign-in")
    page.fill("[name=number]", number)
    page.fill("[name=password]", "Torino-1990")
    press("main form .btn-primary")
    assert page.url.endswith("/card/code")
    seen("the card on another telephone, its code")
    other.close()
    assert not said, "\n".join(said)


def test_the_doors_in_between_are_open_to_everybody(house: House) -> None:
    """Pages nobody reaches by an address alone: between password and digits, by a letter, after a session ran out, after a run of the cutover."""
    from portal.accounts.invitations import link_for

    said: list[str] = []
    with house.app.test_request_context():
        lin = db.session.scalars(sa.select(User).where(User.email.startswith("lin@"))).one()
        by_letter = [link_for(lin).removeprefix(house.base), f"/reset-password/{resets._signer().dumps([lin.id, resets._mark(lin)])}", "/invitation/nobody-sent-this", "/reset-password/nobody-sent-this"]
        with writing() as session:
            run = CutoverRun(effective_at=EFFECTIVE, began_at=clock.now(), finished_at=clock.now())
            session.add(run)
            session.flush()
            run_id = run.id
        db.session.remove()
    context = house.context()
    page = context.new_page()
    heard = listen(page)
    page.goto("/sign-in")
    page.fill("#email", "zhou@sz.example")
    page.fill("input[type=password]", house.account("zhou")["password"])
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/sign-in/code**")
    said += look(page, heard, "the six digits")
    for where in by_letter:
        page.goto(where)
        said += look(page, heard, where.partition("/")[2].partition("/")[0])
    context.close()
    context = house.context()
    page = context.new_page()
    heard = listen(page)
    house.sign_in(page, "lin")
    page.goto("/employer")
    here = sessions.hashed(next(str(cookie["value"]) for cookie in context.cookies() if cookie["name"] == "session"))
    with house.app.app_context(), writing() as session:
        session.execute(sa.update(WebSession).where(WebSession.id_hash == here).values(seen_at=clock.now() - sessions.IDLE))
    page.locator("details:has([name=phone])").first.evaluate_all("all => all.forEach(d => { d.open = true })")
    form = page.locator("form[action='/employer/handlers']")
    form.locator("[name=name]").fill("新同事")
    form.locator("[name=email]").fill("xin@yunling.example")
    form.locator("[name=phone]").fill("0755-26000019")
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/sign-in**")
    page.fill("#email", "lin@yunling.example")
    page.fill("input[type=password]", house.account("lin")["password"])
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/sign-in/typed")
    said += look(page, heard, "what was typed")
    context.close()
    page = house.enter("admin").new_page()
    heard = listen(page)
    page.goto(f"/admin/cutover/runs/{run_id}")
    said += look(page, heard, "a run of the cutover")
    page.close()
    assert not said, "\n".join(said)


def code_sent(house: House) -> str:
    values = house.ask(sa.select(Message.values).where(Message.msgid.startswith("Your code is")).order_by(Message.id.desc()).limit(1))
    return str(values[0][0]["code"])
