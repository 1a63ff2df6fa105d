"""外国人来华工作查询: where a case stands, for whoever holds its number and the last four characters of the passport. Without signing in.

Shows the stage and dates, no name. Whatever does not fit, the answer is the same, and a number that is tried too often rests, whether it
is anybody's or nobody's.
"""

import hmac
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import lazyload

from portal.access import public
from portal.fragments import sentence
from workflow import desk, throttle, words
from workflow.application import ENDED, LEGACY_CARD_STATES, State
from workflow.engine import N_
from workflow.fields import Field
from workflow.models import Case, db
from workflow.services import MENUS, service

bp = Blueprint("lookup", __name__, url_prefix="/look-up")
TRIES, TRIES_OF_ADDRESS, MINUTES = 5, 30, 15
NO_MATCH = N_("Number, service and passport do not belong together. Look at the filing receipt and at the passport with which the case was filed.")
TOO_MANY = N_("Too many attempts. Looking up rests for a quarter of an hour.")
FIELDS = (
    Field("number", N_("Case number"), required=True, hint=N_("On the filing receipt."), max_length=40, autocomplete="off"),
    Field("service", N_("Service"), "choice", required=True, choices=tuple((menu.code, menu.label) for menu in MENUS.values())),
    Field("tail", N_("Last four characters of the passport number"), "latin", required=True, max_length=4, autocomplete="off", width="short"),
)


@bp.get("/")
@public
def form() -> Response:
    return _page()


@bp.post("/")
@public
def look() -> Response:
    """Counted before it is judged; only what fits gives the attempt back."""
    typed = {f.code: " ".join(request.form.get(f.code, "")[:60].split()) for f in FIELDS}
    if empty := {f.code: _("Please fill in: %(label)s.", label=_(f.label)) for f in FIELDS if not typed[f.code]}:
        return _page(typed, empty, 422)
    of_address, of_number = throttle.key_of("lookup-from", request.remote_addr or ""), throttle.key_of("lookup", typed["number"])
    if throttle.attempt(of_address, TRIES_OF_ADDRESS, MINUTES) or throttle.attempt(of_number, TRIES, MINUTES):
        return _page(typed, {"": sentence(TOO_MANY)}, 429)
    case = _find(typed)
    if case is None:
        return _page(typed, {"": sentence(NO_MATCH)}, 422)
    throttle.forgive(of_address)
    throttle.clear(of_number)
    return make_response(render_template("portal/lookup/found.html", **_shown(case)))


@bp.errorhandler(CSRFError)
def late(_error: CSRFError) -> Response:
    return _page({f.code: request.form.get(f.code, "")[:60] for f in FIELDS}, {"": _("This page was open for too long. Nothing is lost; please send it once more.")}, 400)


def _find(typed: dict[str, str]) -> Case | None:
    number = typed["number"].upper()
    case = db.session.scalar(sa.select(Case).where(sa.or_(Case.number == number, Case.legacy_number == number), Case.state != State.DRAFT).options(lazyload("*")).limit(1))
    tail, held = typed["tail"].upper().encode(), (case.passport_no if case else "").upper()[-4:].encode()
    fits = hmac.compare_digest(tail, held or b"\0\0\0\0")  # who names no case waits as long
    return case if case is not None and len(held) == 4 and fits and service(case.service).menu == typed["service"] else None


def _shown(case: Case) -> dict[str, Any]:
    """Stage, who has it in which office, and dates: nothing about a person."""
    deadline = desk.deadline_of(case)
    holder = words.HOLDERS.get(case.state, "")
    return {
        "number": case.number, "service": _(service(case.service).label), "state": case.state, "stage": _(words.STATES[case.state]), "holder": _("Employer") if holder == words.HOLDERS[State.RETURNED] else _(holder) if holder else "",
        "dates": [(_("Filed on"), case.submitted_at), (_("Accepted on"), case.accepted_at), (_("Decided on"), case.decided_at), (_("Last change"), case.changed_at)],
        "due": deadline.due if deadline and not deadline.paused and case.state not in (*ENDED, *LEGACY_CARD_STATES) else None,
    }  # fmt: skip


def _page(typed: dict[str, str] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return make_response(render_template("portal/lookup/form.html", fields=FIELDS, values=typed or {}, errors=errors or {}), status)
