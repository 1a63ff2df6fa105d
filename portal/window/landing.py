"""Where a scan lands: the originals, the person's card, the case, or a sentence that says what was scanned instead."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import refusal_status, refusal_text, sentence
from portal.review import serving, timeline
from portal.window import step
from portal.window.views import bp
from workflow import card_window, clock, counter, desk, reports, scanning, showing, words
from workflow.application import ENDED, LEGACY_CARD_STATES, State
from workflow.engine import Refused
from workflow.models import Case, HolderReport, PaperRow, db
from workflow.papers import KINDS
from workflow.residence import AT_COUNTER
from workflow.roles import Role
from workflow.scanning import Landing
from workflow.services import service


def go(found: Landing) -> Answer | None:
    """The answer to a scan that leads somewhere; None where there is a sentence to tell instead (`told`)."""
    if found.code:
        return _card(found.code)
    if found.case is None:
        return None
    residence = counter.residence_of(found.case)
    if residence is not None:
        if residence.state in AT_COUNTER:
            counter.open_counter(residence.id, by=current_user)
        return redirect(url_for("window.show", residence_id=residence.id, shown=found.paper.ref if found.paper else None), 303)
    return redirect(url_for("window.case", case_id=found.case.id, shown=found.paper.ref if found.paper else None), 303)


def told(found: Landing) -> tuple[str, str, str]:
    """(tone, icon, sentence) of a scan that leads nowhere."""
    tone, icon, words_ = step.OUTCOMES.get(found.outcome, step.OUTCOMES[scanning.Outcome.UNKNOWN])
    if found.why:
        return "stop", "question-mark", sentence(found.why, dict(found.values))
    return tone, icon, gettext(words_)


def _card(code: str) -> Answer:
    """The one-minute code of a card: once the page as it is now; scanned again, or too late, the sentence that says so."""
    taken = showing.redeem(code, by=current_user, where="window")
    if taken.card is None:
        return make_response(render_template("portal/window/worthless.html", used_at=taken.at), 410)
    person_id = taken.card.person_id
    if card_window.find(person_id, current_user) is not None:
        flash(gettext("Code of the card genuine, scanned at %(time)s. This is the card as it is now.", time=f"{clock.now().astimezone(clock.BEIJING):%H:%M:%S}"), "good")
        return redirect(url_for("window.holder", person_id=person_id), 303)
    return make_response(render_template("portal/window/shown.html", card=taken.card, person=taken.card.person, permit=taken.card.permit, now=clock.now()))


def _find(case_id: int) -> Case:
    own = db.select(Case).where(Case.id == case_id, Case.authority_id == current_user.authority_id, Case.state != State.DRAFT)
    loaded = (joinedload(Case.employer), joinedload(Case.profile_row), selectinload(Case.papers).joinedload(PaperRow.permit))
    return db.session.scalar(own.options(*loaded)) or abort(404)


@bp.get("/cases/<int:case_id>")
@requires(Role.WINDOW)
def case(case_id: int) -> Response:
    """Where a case stands, its papers, and what the person of the case says about it."""
    return _page(case_id)


def _page(case_id: int, status: int = 200, **more: Any) -> Response:
    found = _find(case_id)
    shown = request.values.get("shown", "")
    paper = next((p for p in found.papers if shown and p.ref == shown), None)
    deadline = desk.deadline_of(found)
    permit = next((p.permit for p in found.papers if p.permit_id), None)
    open_now = found.state not in (*ENDED, *LEGACY_CARD_STATES)
    context = {
        "case": found, "row": service(found.service), "paper": paper, "outcome": step.OUTCOMES[scanning.worth.outcome_of(paper)] if paper else None,
        "papers": [(p, KINDS[p.kind]) for p in found.papers], "person_id": permit.person_id if permit else None, "reports": reports.of_case(case_id),
        "holder": words.HOLDERS.get(found.state, "") if open_now else "", "due": deadline.due if deadline and not deadline.paused and open_now else None,
        "residence": counter.residence_of(found), "events": timeline.of(found), "states": words.STATES,
    }  # fmt: skip
    return make_response(render_template("portal/window/case.html", **context, **more), status)


@bp.get("/cases/<int:case_id>/papers/<int:paper_id>")
@requires(Role.WINDOW)
def case_paper(case_id: int, paper_id: int) -> Answer:
    found = next((p for p in _find(case_id).papers if p.id == paper_id), None)
    return serving.paper_file(found or abort(404), url_for("window.case", case_id=case_id))


@bp.get("/reports")
@requires(Role.WINDOW)
def told_wrong() -> str:
    """What holders say is wrong, and nobody has answered."""
    return render_template("portal/window/reports.html", rows=reports.waiting_at(current_user.authority_id or 0))


@bp.post("/cases/<int:case_id>/reports/<int:report_id>")
@requires(Role.WINDOW)
def answer(case_id: int, report_id: int) -> Answer:
    """The answer goes to the person and onto the tracker."""
    _find(case_id)
    said = db.session.get(HolderReport, report_id)
    if said is None or said.case_id != case_id:
        abort(404)
    typed = request.form.get("answer", "")[:3000]
    try:
        reports.answer(report_id, typed, by=current_user)
    except Refused as refusal:
        return _page(case_id, refusal_status(refusal), refused_at=report_id, refused=refusal_text(refusal), typed=typed)
    flash(gettext("Answered. The person is told, in the language of the filing."), "good")
    return redirect(url_for("window.case", case_id=case_id, _anchor="reports"), 303)
