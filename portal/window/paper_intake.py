"""Cancellations on paper: find the permit, scan the sealed letter, complete. What the row asks for stands in workflow/services/later.py."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import new_key, refusal_status, refusal_text
from portal.review import serving
from portal.window.views import bp
from workflow import paper_intake as intake
from workflow.engine import Refused
from workflow.models import Case, PaperRow, Permit, db
from workflow.papers import KINDS
from workflow.roles import Role
from workflow.services import service


@bp.get("/paper-intake")
@requires(Role.WINDOW)
def paper_intake() -> Response:
    """Search by number or name; the permit found opens its form."""
    return _page()


@bp.post("/paper-intake/<int:permit_id>")
@requires(Role.WINDOW)
def take_in(permit_id: int) -> Answer:
    """Store the scans and complete the cancellation."""
    if _permit(permit_id) is None:
        abort(404)
    row = service(intake.ROW)
    scans = {n.code: (f.filename, f.read(n.material.max_bytes + 1)) for n in row.materials if (f := request.files.get(n.code)) and f.filename}
    said = {f.code: request.form.get(f.code, "")[:600] for s in row.sections for f in s.fields}
    try:
        case = intake.take_in(permit_id, said, scans, by=current_user, key=request.form.get("key", "")[:40] or None)
    except Refused as refusal:
        return _page(refusal_status(refusal), permit_id=permit_id, typed=said, refused=refusal_text(refusal), at=refusal.code.removeprefix("at:"))
    flash(gettext("Done. The paper can be handed out now."), "good")
    return redirect(url_for("window.paper_intake", done=case.id), 303)


@bp.get("/paper-intake/<int:case_id>/papers/<int:paper_id>")
@requires(Role.WINDOW)
def intake_paper(case_id: int, paper_id: int) -> Answer:
    case, row = _case(case_id), db.session.get(PaperRow, paper_id)
    if case is None or row is None or row.case_id != case.id:
        abort(404)
    return serving.paper_file(row, url_for("window.paper_intake", done=case_id))


def _case(case_id: int) -> Case | None:
    case = db.session.get(Case, case_id)
    return case if case is not None and case.service == intake.ROW and case.authority_id in (current_user.reach_authorities or ()) else None


def _permit(permit_id: int) -> Permit | None:
    permit = db.session.get(Permit, permit_id)
    return permit if permit is not None and permit.authority_id in (current_user.reach_authorities or ()) else None


def _page(status: int = 200, *, permit_id: int | None = None, typed: dict[str, Any] | None = None, refused: str = "", at: str = "") -> Response:
    text = request.args.get("q", "")[:60]
    chosen = _permit(permit_id or request.args.get("permit", 0, type=int) % 2**31)
    done = _case(request.args.get("done", 0, type=int) % 2**31) if status == 200 else None
    papers = [(p, KINDS[p.kind]) for p in done.papers] if done else []
    return make_response(
        render_template(
            "portal/window/paper_intake.html", row=service(intake.ROW), q=text, found=intake.find(text, current_user), chosen=chosen, typed=typed or {},
            refused=refused, at=at, key=new_key(), done=done, papers=papers,
        ),
        status,
    )  # fmt: skip
