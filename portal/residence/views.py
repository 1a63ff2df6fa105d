"""The exit-entry office: which proof stands, how many days since entry, what the window saw; then the record of its decision."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import new_key, refusal_status, refusal_text, render_part, wants_fragment
from portal.review import serving, timeline
from portal.window import step
from workflow import clock, counter
from workflow.engine import Refused
from workflow.models import Case, PaperRow, Residence, db
from workflow.residence import BEFORE_WINDOW
from workflow.residence import ResidenceState as S
from workflow.roles import Role

bp = Blueprint("residence", __name__, url_prefix="/residence")
PAGE = 20
STAGES = {"together": BEFORE_WINDOW, "ready": (S.ORIGINALS_VERIFIED,), "counter": (S.AWAITING_ORIGINALS, S.ORIGINALS_NOT_ACCEPTED), "decided": (S.RESIDENCE_GRANTED, S.RESIDENCE_REFUSED, S.ENDED_WITH_FILING)}
ASKED = ("residence_number", "valid_from", "valid_to", "reason")


@bp.get("/")
@requires(Role.EXIT_ENTRY)
def queue() -> Answer:
    """Those whose originals are verified first; a number or code finds its step, whatever its state."""
    text, only, after = request.args.get("q", "").strip()[:8192], request.args.get("only", "ready"), request.args.get("after", "")
    stage = only if only in STAGES else "ready"
    if text:
        case = counter.find(text, current_user)
        found = counter.residence_of(case) if case else None
        rows, more = ([found] if found else []), 0
    else:
        rows, more = _rows(stage, int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0)
    page = render_template("portal/residence/queue.html", rows=rows, stage=stage, counts=_counts(), text=text[:40], due=counter.due_after_entry, proofs=counter.proofs(rows), today=clock.today(),
                           later=url_for("residence.queue", only=stage, after=more) if more else "")  # fmt: skip
    return Response(page)


def _rows(stage: str, after: int) -> tuple[list[Residence], int]:
    """The oldest first; what was decided, the newest first."""
    query = sa.select(Residence).where(Residence.authority_id == current_user.authority_id, Residence.state.in_(STAGES[stage]))
    order = Residence.id.desc() if stage == "decided" else Residence.id
    if after:
        query = query.where(Residence.id < after if stage == "decided" else Residence.id > after)
    rows = list(db.session.scalars(query.options(joinedload(Residence.case).joinedload(Case.employer)).order_by(order).limit(PAGE + 1)).unique())
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0


def _counts() -> dict[str, int]:
    query = sa.select(Residence.state, sa.func.count()).where(Residence.authority_id == current_user.authority_id).group_by(Residence.state)
    by_state = {row[0]: int(row[1]) for row in db.session.execute(query)}
    return {stage: sum(by_state.get(s, 0) for s in states) for stage, states in STAGES.items()}


@bp.get("/<int:residence_id>")
@requires(Role.EXIT_ENTRY)
def show(residence_id: int) -> Response:
    return _page(residence_id)


def _page(residence_id: int, status: int = 200, **more: Any) -> Response:
    residence = step.find(residence_id)
    known = step.context(residence, lambda trigger: url_for("residence.move", residence_id=residence_id, trigger=trigger))
    return render_part("portal/residence/_moves.html", "portal/residence/show.html", status, **known, **step.proven(residence), events=timeline.of(residence.case), tally=step.tally(residence), key=new_key(), **more)


@bp.post("/<int:residence_id>/moves/<string:trigger>")
@requires(Role.EXIT_ENTRY)
def move(residence_id: int, trigger: str) -> Answer:
    """Pull one lever. Which levers exist, and for whom, is written in workflow/residence.py."""
    step.find(residence_id)
    answers = {name: request.form.get(name, "")[:20_000] for name in ASKED if name in request.form}
    seen = request.form.get("seen", "")
    try:
        counter.act(residence_id, trigger, by=current_user, seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1, key=request.form.get("key"), **answers)
    except Refused as refusal:
        errors = {refusal.code.removeprefix("asks:"): refusal_text(refusal)} if refusal.code.startswith("asks:") else {}
        return _page(residence_id, refusal_status(refusal), refused="" if errors else refusal_text(refusal), errors=errors, typed={**answers, "trigger": trigger})
    flash(gettext("The decision is recorded. The paper can be handed out now."), "good")
    onward = url_for("residence.show", residence_id=residence_id)
    return Response(status=200, headers={"HX-Redirect": onward}) if wants_fragment() else redirect(onward, 303)


@bp.get("/<int:residence_id>/photo")
@requires(Role.EXIT_ENTRY)
def photo(residence_id: int) -> Response:
    return serving.photo_of(step.find(residence_id).holder)


@bp.get("/<int:residence_id>/papers/<int:paper_id>")
@requires(Role.EXIT_ENTRY)
def paper(residence_id: int, paper_id: int) -> Answer:
    residence, row = step.find(residence_id), db.session.get(PaperRow, paper_id)
    if row is None or row.case_id != residence.case_id:
        abort(404)
    return serving.paper_file(row, url_for("residence.show", residence_id=residence_id))
