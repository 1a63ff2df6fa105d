"""The officers' queues, one template for every stage, and the search over the own authority."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import refusal_text, render_part
from portal.review import queues
from workflow import desk
from workflow.application import State
from workflow.engine import N_, Refused
from workflow.materials import MATERIALS
from workflow.models import Case, db
from workflow.papers import KINDS
from workflow.roles import Role
from workflow.services import SERVICES

bp = Blueprint("review", __name__, url_prefix="/review")
OFFICERS = (Role.ACCEPTANCE, Role.EXAMINER, Role.DECIDER)
# fmt: off
TITLES = {
    State.PRELIMINARY_REVIEW: (N_("Preliminary review"), N_("Everything in preliminary review has been dealt with.")),
    State.ACCEPTANCE:         (N_("Acceptance"),         N_("Everything waiting for acceptance has been dealt with.")),
    State.EXAMINATION:        (N_("Examination"),        N_("Everything under examination has been dealt with.")),
    State.DECISION:           (N_("Decision"),           N_("Everything waiting for a decision has been dealt with.")),
}
QUEUE_OF = {State.PRELIMINARY_REVIEW: "review.preliminary", State.ACCEPTANCE: "review.acceptance", State.EXAMINATION: "review.examination", State.DECISION: "review.decision"}
# fmt: on


@bp.context_processor
def _tables() -> dict[str, Any]:
    return {"services": SERVICES, "materials": MATERIALS, "paper_kinds": KINDS}


@bp.get("/preliminary")
@requires(Role.ACCEPTANCE)
def preliminary() -> Response:
    return _queue(State.PRELIMINARY_REVIEW)


@bp.get("/acceptance")
@requires(Role.ACCEPTANCE)
def acceptance() -> Response:
    return _queue(State.ACCEPTANCE)


@bp.get("/examination")
@requires(Role.EXAMINER)
def examination() -> Response:
    return _queue(State.EXAMINATION)


@bp.get("/decision")
@requires(Role.DECIDER)
def decision() -> Response:
    return _queue(State.DECISION)


def _queue(state: State) -> Response:
    asked = queues.Asked.read(request.args)
    rows, back, on = queues.page(state, asked)
    endpoint, (title, done) = QUEUE_OF[state], TITLES[state]
    here = lambda **changes: url_for(endpoint, **asked.args(**changes))  # noqa: E731 - the template asks for addresses of this page
    return render_part(
        "portal/review/_queue.html", "portal/review/queue.html", title=title, done=done, asked=asked, rows=rows, counts=queues.figures(state), findings=queues.findings_of(rows),
        deadlines={c.id: desk.deadline_of(c) for c in rows}, here=here, endpoint=endpoint, earlier=here(before=back) if back else "", later=here(after=on) if on else "",
    )  # fmt: skip


@bp.post("/claim")
@requires(*OFFICERS)
def claim() -> Answer:
    """Take cases off the queue; each is answered for itself."""
    chosen = [int(number) for number in request.form.getlist("case") if number.isascii() and number.isdigit() and len(number) < 10][: queues.PAGE]
    taken = []
    for case_id in chosen:
        case = db.session.get(Case, case_id)
        if case is None or case.authority_id != current_user.authority_id:
            continue
        name = f"{case.number} {case.applicant}"
        try:
            desk.claim(case_id, by=current_user)
            taken.append(name)
        except Refused as refusal:
            flash(f"{name}{gettext(': ')}{refusal_text(refusal)}", "turn")
    if taken:
        flash(gettext("Taken: %(names)s", names=gettext(", ").join(taken)), "good")
    elif not chosen:
        flash(gettext("Tick the cases you want to take first."), "turn")
    return redirect(_back(), 303)


def _back() -> str:
    """The queue or case the form came from, named in words of our own."""
    back, case_id = request.form.get("back", ""), request.form.get("at", "")
    if case_id.isascii() and case_id.isdigit() and len(case_id) < 10:
        return url_for("review.show", case_id=int(case_id))
    return url_for(back if back in QUEUE_OF.values() else "home.index")


@bp.get("/find")
@requires(*OFFICERS)
def find() -> str:
    text, after = request.args.get("q", "").strip()[:80], request.args.get("after", "")
    rows, more = queues.found(text, int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None) if text else ([], None)
    return render_template("portal/review/find.html", text=text, rows=rows, deadlines={c.id: desk.deadline_of(c) for c in rows}, later=url_for("review.find", q=text, after=more) if more else "")


from portal.review import case_views  # noqa: E402, F401 - its views hang on bp
