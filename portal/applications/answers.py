"""Check your answers: everything in filing order, what still stands in the way, the declaration, and the one button that files.

Printed, this page is the application form that the applicant signs.
"""

from datetime import timedelta
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.access import requires
from portal.applications import forms, grouping
from portal.applications.attachments import material_sheet
from portal.applications.finding import address, checked, find, neighbours, place, said, steps
from portal.applications.views import bp
from portal.fragments import new_key, refusal_status, refusal_text
from portal.inspected import words
from workflow import clock, desk, jobs, looking, passport_answers, remarks
from workflow.application import State
from workflow.checking import day
from workflow.engine import Refused
from workflow.fields import Section
from workflow.models import Case, db
from workflow.roles import Role
from workflow.services import service

PATIENCE = timedelta(minutes=2)


@bp.route("/<int:case_id>/answers", methods=["GET", "POST"])
@requires(Role.HANDLER)
def answers(case_id: int) -> Response:
    """Look over everything (any state); file it (a draft)."""
    case = find(case_id)
    return submit(case) if request.method == "POST" else answers_page(case)


def submit(case: Case) -> Response:
    """File the draft: the declaration is given, nothing is missing, nothing blocks; the same form twice files once."""
    if request.form.get("declared") != "yes":
        return answers_page(case, 422, undeclared=True)
    if _still_looking(case):
        return answers_page(find(case.id), 409, refused=gettext("A file of this filing is still being checked. Please submit again in a moment."), declared=True)
    try:
        desk.act(case.id, "submit", by=current_user, seen=forms.seen(request.form), key=forms.key(request.form))
    except Refused as refusal:
        case = find(case.id)
        if case.state is not State.DRAFT:
            from portal.applications.cases import case_page

            return case_page(case, refusal_status(refusal), refused=refusal_text(refusal))
        return answers_page(case, refusal_status(refusal), refused=refusal_text(refusal), declared=True)
    return redirect(url_for(".show", case_id=case.id), 303)  # type: ignore[return-value]


def _still_looking(case: Case) -> bool:
    """Files whose look still waits are looked at now, so that nothing is filed which cannot be. Is a worker at one at this moment?

    A look that cannot be done at all (its engine or its store is broken) holds nobody up for longer than PATIENCE: the officer looks.
    """
    case_id, rows = case.id, [(looking.key_of(row), row.attached_at) for row in looking.waiting(case)]
    for key, _ in rows:
        jobs.do_overdue(key, timedelta(0))
    if all(clock.now() - at >= PATIENCE for _, at in rows):
        return False
    db.session.expire_all()
    return any(clock.now() - row.attached_at < PATIENCE for row in looking.waiting(find(case_id)))


def answers_page(case: Case, status: int = 200, *, refused: str = "", declared: bool = False, undeclared: bool = False) -> Response:
    draft, row = case.state is State.DRAFT, service(case.service)
    wrong = [p for some in checked(case) for p in some] if draft else []
    links = [(address(case, place(p), check=1, back="answers", _anchor=p.anchor), text) for p in wrong for text in said([p]).values()]
    links += [(address(case, "attachments", _anchor=f"material-{f.target.partition(':')[2]}"), words(f)) for f in case.refused_files if draft]
    photo = next((m for m in reversed(case.live_materials) if m.kind == "photo" and m.sha256), None)
    return make_response(
        render_template(
            "portal/applications/answers.html", case=case, service=row, draft=draft, links=links, refused=refused, declared=declared, undeclared=undeclared, address=address, key=new_key(),
            steps=steps(case, "answers") if draft else [], before=neighbours(case, "answers")[0], sheets=[_sheet(case, s) for s in row.all_sections], photo=photo, today=clock.now(),
            materials=[material_sheet(case, n) for n in row.materials], remarks=[words(f) for f in (*(f for f in case.findings if f.is_live and f.level != "reject"), *(remarks.term(case) if draft else ()), *passport_answers.differences(case))],
            contract=_contract(case), limit=case.profile.limits["preliminary"], asks_nothing=desk.may_edit(case, current_user, "answers:basic"),
        ),
        status,
    )  # fmt: skip


def _sheet(case: Case, asked: Section) -> dict[str, Any]:
    """One section as rows of (field, value); a repeating one as a list of such lists."""
    held = case.answers.get(asked.code)
    rows = [[(f, row.get(f.code)) for f in asked.fields if f.required or row.get(f.code) not in (None, "")] for row in held or []] if asked.repeating else []
    flat = [] if asked.repeating else [(f, (held or {}).get(f.code)) for _, fields in grouping.groups(asked) for f in fields if f.required or (held or {}).get(f.code) not in (None, "")]
    page = "attachments" if asked in service(case.service).attachment_sections else asked.code
    return {"section": asked, "title": gettext(asked.title), "rows": rows, "flat": flat, "url": address(case, page, back="answers"), "begun": held is not None}


def _contract(case: Case) -> dict[str, Any] | None:
    asked = case.answers.get("application") or {}
    start, end = day(asked.get("contract_from")), day(asked.get("contract_to"))
    return {"start": start, "end": end, "days": (start - case.filing_day).days, "most": case.profile.contract_start_days} if start and end else None
