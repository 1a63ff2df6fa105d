"""The tracker: the person of a case follows it on the own phone, in the own language, and may say that something is wrong. Rules: workflow/tracking.py."""

from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.register.forms import Identity
from kiosk.track import stages
from kiosk.visit import PHONE, NoVisit, stranger
from workflow import clock, counter, desk, reports, tracking
from workflow.application import ENDED, LEGACY_CARD_STATES
from workflow.checking import day
from workflow.engine import N_, Refused
from workflow.models import Case
from workflow.residence import AT_COUNTER
from workflow.roles import ENTRANT

bp = Blueprint("track", __name__, url_prefix="/track")
visit.guard(bp)
Answer = Response | str
FIELDS = (("number", N_("Write the case number, for example 440300-2026-000123.")), ("tail", N_("Write the last four characters of the passport number.")))


@bp.get("")
@stranger
def enter() -> Answer:
    return _enter({}, Identity())


@bp.post("")
@stranger
def look() -> Answer:
    """Number, passport and birth: one answer for whatever does not fit."""
    typed = {name: request.form.get(name, "").strip()[:40] for name, _msgid in FIELDS}
    who = Identity.read(request.form)
    problems = [(name, gettext(msgid)) for name, msgid in FIELDS if not typed[name]] + [(name, gettext(msgid)) for name, msgid in who.problems if name == "born"]
    if problems or who.birth_date is None:
        return _enter(typed, who, problems=problems, status=422)
    try:
        case = tracking.find(typed["number"], typed["tail"], who.birth_date, request.remote_addr or "")
    except Refused as refusal:
        return _enter(typed, who, refused=gettext(refusal.msgid) % refusal.values, status=429 if refusal.code == "locked" else 422)
    return _begin(case.id)


def _enter(typed: dict[str, str], who: Identity, problems: Any = (), refused: str = "", status: int = 200) -> Response:
    return make_response(render_template("kiosk/track/enter.html", typed=typed, who=who, problems=problems, refused=refused), status)


@bp.get("/link/<string:token>")
@stranger
def link(token: str) -> Answer:
    """Opening the link shows nothing yet, so that whatever looks at links in letters learns nothing: the press opens the case."""
    return make_response(render_template("kiosk/track/link.html", token=token, good=tracking.of_token(token) is not None), 200)


@bp.post("/link/<string:token>")
@stranger
def follow(token: str) -> Answer:
    case = tracking.of_token(token)
    return _begin(case.id) if case is not None else make_response(render_template("kiosk/track/link.html", token=token, good=False), 410)


def _begin(case_id: int) -> Response:
    visit.begin(PHONE, stage="track", data={"case": case_id})
    return redirect(url_for(".case"), 303)


@bp.get("/case")
@stranger
def case() -> Answer:
    """Stages with their dates, what comes next, and what was said and answered."""
    return _page(_mine())


def _mine() -> Case:
    here = visit.need("track")
    if "case" not in here.data:
        raise NoVisit
    return tracking.of_case(here.data["case"])


def _page(mine: Case, status: int = 200, **more: Any) -> Response:
    residence = tracking.residence_of(mine.id)
    deadline = desk.deadline_of(mine) if mine.state not in (*ENDED, *LEGACY_CARD_STATES) else None
    due = counter.due_after_entry(residence.entered_on) if residence and residence.decided_at is None else None
    context = {
        "case": mine, "heading": stages.title(mine), "stages": tracking.stages(mine), "names": stages.NAMES, "next": stages.next_of(mine, residence, tracking.has_card(residence)),
        "promised": deadline.due if deadline and not deadline.paused else None, "residence": residence, "due": due, "left": (due - clock.today()).days if due else None,
        "asks_entry": residence is not None and residence.state in AT_COUNTER and residence.entered_on is None, "said": reports.of_case(mine.id), "today": clock.today(),
        "phone": mine.profile.phone or current_app.config["PORTAL"].help_phones,
    }  # fmt: skip
    return make_response(render_template("kiosk/track/case.html", **context, **more), status)


@bp.post("/case/wrong")
@stranger
def wrong() -> Answer:
    """“This is not me”, “this is wrong”: to the windows of the authority, and into the case file."""
    mine, typed = _mine(), request.form.get("words", "")[:1000]
    try:
        reports.say(mine.id, typed, source="tracker", locale=g.locale)
    except Refused as refusal:
        return _page(_mine(), 429 if refusal.code == "waiting" else 422, refused=gettext(refusal.msgid), typed=typed)
    return redirect(url_for(".case", _anchor="said"), 303)


@bp.post("/case/entry")
@stranger
def entry() -> Answer:
    """The day of entry as the person says it: the thirty days are counted from it until the window has seen the stamp."""
    mine = _mine()
    residence = tracking.residence_of(mine.id)
    typed = request.form.get("entered_on", "").strip()[:20]
    try:
        counter.set_entry(residence.id if residence else 0, day(typed), by=ENTRANT)
    except Refused as refusal:
        return _page(_mine(), 422, entry_error=gettext(refusal.msgid) % refusal.values, entry_typed=typed)
    return redirect(url_for(".case"), 303)
