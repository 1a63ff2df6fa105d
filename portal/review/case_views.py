"""One case in front of an officer: look, mark, take back, decide. Which moves exist, and for whom, is written in workflow/application.py."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload, lazyload, selectinload
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import new_key, refusal_status, refusal_text, render_part, wants_fragment
from portal.review import casepage, queues, serving, timeline
from portal.review.views import OFFICERS, QUEUE_OF, TITLES, bp
from workflow import desk, marking
from workflow.application import State
from workflow.engine import Refused
from workflow.models import Case, CaseMaterial, PaperRow, db
from workflow.services import service

SHOWN = (
    *queues.SHOWN, selectinload(Case.defects), selectinload(Case.ticks), joinedload(Case.findings), joinedload(Case.about), joinedload(Case.residence).options(lazyload("*")),
    selectinload(Case.materials).options(joinedload(CaseMaterial.stored), joinedload(CaseMaterial.shown)),
)  # fmt: skip
FORM_AT_FAULT = ("text", "target")


def _find(case_id: int) -> Case:
    """A case of the own authority that has been filed; for everybody else it does not exist."""
    own = sa.select(Case).where(Case.id == case_id, Case.authority_id == current_user.authority_id, Case.state != State.DRAFT)
    case = db.session.scalars(own.options(*SHOWN)).unique().one_or_none()
    if case is None:
        abort(404)
    return case


@bp.get("/<int:case_id>")
@requires(*OFFICERS)
def show(case_id: int) -> Response:
    return _page(_find(case_id))


def _page(case: Case, status: int = 200, fragment: str = "portal/review/_case.html", **more: Any) -> Response:
    """`more` may hold: opened (the defect form as typed), refused and typed (of a move)."""
    asked = request.values
    known = [code for code, _ in casepage.parts(case)] + [casepage.MATERIALS_PART, casepage.FILE_PART]
    part = asked.get("part", "")
    part = part if part in known else known[0]
    papers = casepage.papers(case)
    shown = _shown(case, papers, asked.get("file", ""))
    deadline = desk.deadline_of(case)
    if deadline and casepage.waits_for_employer(case):
        deadline = replace(deadline, paused=True)
    section = service(case.service).section(part)
    opened = more.pop("opened", None) or casepage.opened_defect(case, asked.get("defect", ""))
    queue = QUEUE_OF.get(case.state, "")
    groups = casepage.lines(case, section) if section else []
    return render_part(
        fragment, "portal/review/show.html", status, case=case, service=service(case.service), part=part, parts=casepage.parts(case), section=section,
        groups=groups, tally=casepage.tally([line for _, group in groups for line in group] if section else papers), papers=papers, shown=shown, deadline=deadline, opened=opened, desk_page=casepage,
        events=timeline.of(case) if part == casepage.FILE_PART else [], moves=casepage.moves(case), key=new_key(), markable=casepage.may_mark(case),
        queue=queue, queue_title=TITLES[case.state][0] if case.state in TITLES else "", **more,
    )  # fmt: skip


def _shown(case: Case, papers: list[casepage.Paper], asked: str) -> Any:
    """The file in the viewer: the one asked for, replaced ones too, or the first."""
    every = [m for p in papers for m in (*p.files, *p.replaced)]
    return next((m for m in every if str(m.id) == asked), every[0] if every else None)


@bp.post("/<int:case_id>/moves/<string:trigger>")
@requires(*OFFICERS)
def move(case_id: int, trigger: str) -> Answer:
    """Pull one lever."""
    case = _find(case_id)
    answers = {name: request.form.get(name, "") for name in ("reason", "opinion", "grounds") if name in request.form}
    state = case.state
    try:
        desk.act(case_id, trigger, by=current_user, seen=_number("seen"), key=request.form.get("key"), **answers)
    except Refused as refusal:
        errors = {refusal.code.removeprefix("asks:"): refusal_text(refusal)} if refusal.code.startswith("asks:") else {}
        refused = "" if errors else refusal_text(refusal)
        return _page(_find(case_id), refusal_status(refusal), "portal/review/_moves.html", refused=refused, errors=errors, typed={**answers, "trigger": trigger})
    done = _find(case_id)
    flash(gettext("%(number)s %(name)s: done. It is now: %(state)s.", number=done.number, name=done.applicant, state=gettext(timeline.words.STATES[done.state])), "good")
    onward = url_for(QUEUE_OF[state]) if state in QUEUE_OF and done.state is not state else url_for("review.show", case_id=case_id)
    return Response(status=200, headers={"HX-Redirect": onward}) if wants_fragment() else redirect(onward, 303)


def _number(name: str) -> int | None:
    """A whole number of the form; -1, which no row shows, where it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@bp.post("/<int:case_id>/defects")
@requires(*OFFICERS)
def mark(case_id: int) -> Answer:
    """Mark a defect, or reword one that has not been told."""
    case, target, text = _find(case_id), request.form.get("target", ""), request.form.get("text", "")
    try:
        marking.mark(case_id, target, text, by=current_user)
    except Refused as refusal:
        case = _find(case_id)
        opened = {"target": target, "about": casepage.about(case, target), "back": False, "defect": None, "number": len(case.open_defects) + 1, "text": text, "error": refusal_text(refusal)}
        return _page(case, 422 if refusal.code in FORM_AT_FAULT else 409, opened=opened)
    return _after(case_id, target)


@bp.post("/<int:case_id>/defects/<int:defect_id>/strike")
@requires(*OFFICERS)
def strike(case_id: int, defect_id: int) -> Answer:
    """Take a defect back that has not been told."""
    _find(case_id)
    try:
        marking.strike(case_id, defect_id, by=current_user)
    except Refused as refusal:
        return _page(_find(case_id), 409, notice=refusal_text(refusal))
    return _after(case_id, "")


@bp.post("/<int:case_id>/ticks")
@requires(*OFFICERS)
def tick(case_id: int) -> Answer:
    """Lines in order (`defect` is "ok:" and a target, once or many times); a target by itself, or one with a defect, opens the form of that defect."""
    case, chosen = _find(case_id), request.form.getlist("defect")
    marked = {d.target for d in case.open_defects}
    if any(not c.startswith("ok:") or c.removeprefix("ok:") in marked for c in chosen[:1]):
        return _opened(case, chosen[0])
    try:
        marking.in_order(case_id, [c.removeprefix("ok:") for c in chosen], by=current_user)
    except Refused as refusal:
        return _page(_find(case_id), 409, notice=refusal_text(refusal))
    return _after(case_id, "")


def _opened(case: Case, target: str) -> Answer:
    """The form of one defect, in view."""
    if wants_fragment():
        answer = _page(case)
        answer.headers["HX-Reswap"] = "outerHTML show:#defect-form:bottom"
        return answer
    asked: dict[str, Any] = {name: request.form.get(name) or None for name in ("part", "file")}
    return redirect(url_for("review.show", case_id=case.id, **asked, defect=target, _anchor="defect-form"), 303)


def _after(case_id: int, target: str) -> Answer:
    """The page as it is now: the fragments for htmx, otherwise back to the list by its address."""
    if wants_fragment():
        return _page(_find(case_id))
    part = request.form.get("part", "") or (casepage.part_of(target) if target else "")
    return redirect(url_for("review.show", case_id=case_id, part=part or None, file=request.form.get("file") or None, _anchor="defects"), 303)


@bp.get("/<int:case_id>/files/<int:material_id>")
@requires(*OFFICERS)
def file(case_id: int, material_id: int) -> Response:
    return serving.material_file(_find(case_id), material_id, download="download" in request.args)


@bp.get("/<int:case_id>/files/<int:material_id>/<string:which>.img")
@requires(*OFFICERS)
def picture(case_id: int, material_id: int, which: str) -> Response:
    """A picture that the house drew of a file: its preview, the map of the background, the passport's lines."""
    return serving.picture_of(_find(case_id), material_id, which)


@bp.get("/<int:case_id>/papers/<int:paper_id>")
@requires(*OFFICERS)
def paper(case_id: int, paper_id: int) -> Answer:
    row = db.session.get(PaperRow, paper_id)
    if row is None or row.case_id != _find(case_id).id:
        abort(404)
    return serving.paper_file(row, url_for("review.show", case_id=case_id, part=casepage.FILE_PART))
