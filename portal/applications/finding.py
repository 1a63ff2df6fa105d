"""The case one looks at, and how it is named on a page. A case out of reach does not exist (404)."""

from typing import Any

from flask import abort, g, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload, lazyload, selectinload

from portal import reach
from portal.fragments import sentence
from workflow.engine import N_
from workflow.fields import Problem, Section
from workflow.models import Case, CaseMaterial, Residence, User, db
from workflow.services import Service, service
from workflow.services.joint import ATTACHMENT_TAB

ATTACHMENTS, ANSWERS = N_("Attachments"), N_("Check and submit")
# What every page of a case reads, in one statement; its files and their findings, in two.
HEAD = (joinedload(Case.profile_row), joinedload(Case.employer), joinedload(Case.handler).lazyload(User.grants), joinedload(Case.about), joinedload(Case.defects))
FILES = (selectinload(Case.materials).options(joinedload(CaseMaterial.stored), joinedload(CaseMaterial.shown)), selectinload(Case.findings))

PAPERS = (selectinload(Case.papers), joinedload(Case.residence).options(joinedload(Residence.appointments), lazyload(Residence.permit)))


def find(case_id: int, *, files: bool = True, papers: bool = False) -> Case:
    """The case, scoped to the employer, with what its page is going to show."""
    options = (*HEAD, *(FILES if files else ()), *(PAPERS if papers else ()))
    case = db.session.get(Case, case_id, options=options)
    if case is None or case.employer_id not in reach.employers():
        abort(404)
    return case


def checked(case: Case) -> tuple[list[Problem], list[Problem]]:
    """(what cannot stand, what is missing), worked out once a request and version."""
    known = g.setdefault("checked_cases", {})
    at = (case.id, case.version)
    if at not in known:
        known[at] = (case.faults, case.missing)
    return known[at]


def place(problem: Problem) -> str:
    """Which page of the filing a problem is on: the section's code, or "attachments"."""
    head = problem.target.partition(".")[0]
    return "attachments" if head in ("material", "contract") else head


def address(case: Case, page: str, **more: Any) -> str:
    if page == "attachments":
        return url_for("applications.attachments", case_id=case.id, **more)
    if page == "answers":
        return url_for("applications.answers", case_id=case.id, **more)
    return url_for("applications.section", case_id=case.id, code=page, **more)


def pages(row: Service) -> list[tuple[tuple[str, ...], str]]:
    """The pages of a filing in the official order: (codes of what stands on it, title in the reader's language). Its address goes by the first code."""
    return [(codes, gettext(title)) for title, codes in row.pages] + [(("attachments",), gettext(ATTACHMENT_TAB if row.tabs else ATTACHMENTS)), (("answers",), gettext(ANSWERS))]


def steps(case: Case, current: str) -> list[dict[str, Any]]:
    """The stepper: done is "saved and nothing missing", hurt is "something there cannot stand"."""
    faults, missing = checked(case)
    hurt, wanting = {place(p) for p in faults} | ({"attachments"} if case.refused_files else set()), {place(p) for p in missing}
    begun = set(case.answers) | ({"attachments"} if case.live_materials else set())
    return [
        {"title": title, "url": address(case, codes[0]), "current": current in codes, "hurt": bool(hurt & set(codes)), "done": begun >= set(codes) and not (hurt | wanting) & set(codes)}
        for codes, title in pages(service(case.service))
    ]


def neighbours(case: Case, current: str) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """(code, title) of the page before and the page after."""
    here = [(codes[0], title) for codes, title in pages(service(case.service))]
    at = next(n for n, (codes, _) in enumerate(pages(service(case.service))) if current in codes)
    return (here[at - 1] if at else None), (here[at + 1] if at + 1 < len(here) else None)


def first_undone(case: Case) -> str:
    """Where to go on with a draft."""
    faults, missing = checked(case)
    todo = [place(p) for p in (*missing, *faults)]
    return next((code for codes, _ in pages(service(case.service)) for code in codes if code in todo or (code not in case.answers and code not in ("attachments", "answers"))), "answers")


def said(problems: list[Problem]) -> dict[str, str]:
    """Sentences by the id of their field; the first of a field wins."""
    told: dict[str, str] = {}
    for each in problems:
        told.setdefault(each.anchor, sentence(each.msgid, each.values))
    return told


def of_section(problems: list[Problem], section: Section) -> list[Problem]:
    return [p for p in problems if p.target.partition(".")[0] == section.code]
