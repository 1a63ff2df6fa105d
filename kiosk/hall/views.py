"""The machine in the hall: welcome, the ways to hand over a letter, what was read; and the end of every visit."""

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import languages, machine, visit
from kiosk.check import outcomes, reading
from kiosk.visit import KIOSK, stranger
from workflow import holding, machines, worth
from workflow.documents import qr
from workflow.engine import Refused
from workflow.models import PaperRow, db
from workflow.worth import Worth

bp = Blueprint("hall", __name__)
visit.guard(bp)
machine.guard(bp)


@bp.get("/kiosk")
@stranger
def welcome() -> str:
    """Languages first, each under its own name."""
    return render_template("kiosk/hall/welcome.html", tongues=languages.spoken())


@bp.get("/kiosk/scan")
@stranger
def scan() -> Response:
    """The letter in front of the machine; every other way beside it. The one page that may use the camera."""
    response = make_response(render_template("kiosk/hall/scan.html"))
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@bp.post("/kiosk/frame")
@stranger
def frame() -> Response:
    """A frame of the camera that the browser could not read itself. Nothing of it is kept."""
    try:
        return jsonify(text=reading.text_of("", request.files.get("frame"), thorough=False))
    except reading.Unread:
        return jsonify(text=None)


@bp.get("/kiosk/scan/<any(type, picture, phone):way>")
@stranger
def way(way: str) -> str:
    return _way(way)


def _way(way: str, problem: str = "", typed: str = "") -> str:
    base = current_app.config["PORTAL"].base_url
    symbol = qr.svg(f"{base}{url_for('check.enter')}", gettext("Address for your phone")) if way == "phone" else ""
    return render_template(f"kiosk/hall/{way}.html", problem=problem, typed=typed, symbol=symbol)


@bp.post("/kiosk/read")
@stranger
def read() -> Response | tuple[str, int]:
    """What was typed, scanned or photographed begins the visit; its address tells nothing."""
    way = "picture" if request.files.get("picture") is not None else "type"
    try:
        text = reading.text_of(request.form.get("code", ""), request.files.get("picture"))
    except reading.Unread as why:
        return _way(way, str(why), request.form.get("code", "")[:64]), 422
    found = worth.of_text(text)
    if machine.here() is not None:
        machines.seen(machine.here(), read=True)  # type: ignore[arg-type]
    visit.begin(KIOSK, paper_id=found.paper.id if found.paper else None, stage="read", data={"outcome": found.outcome, "ref": found.ref, "signed": found.signed})
    return redirect(url_for(".result"), 303)


@bp.get("/kiosk/result")
@stranger
def result() -> str:
    """The outcome in one look, everything personal masked, and what comes next."""
    here = visit.need("read")
    paper = db.session.get(PaperRow, here.paper_id) if here.paper_id else None
    outcome = worth.outcome_of(paper) if paper else worth.Outcome(here.data["outcome"])
    found = Worth(outcome, paper, here.data["ref"], here.data["signed"])
    obstacle, has_card = "", False
    if paper is not None:
        try:
            holding.open_paper(paper)
        except Refused as refusal:
            obstacle, has_card = gettext(refusal.msgid) % refusal.values, refusal.code == "registered"
    look = outcomes.LOOKS[found.outcome]
    facts = [] if paper else outcomes.facts_of(found)
    return render_template(
        "kiosk/hall/result.html", worth=found, look=look, facts=facts, paper=paper, obstacle=obstacle, has_card=has_card, phone=current_app.config["PORTAL"].help_phones
    )


@bp.post("/goodbye")
@stranger
def leave() -> Response:
    """Finish and clear."""
    return visit.goodbye(at_machine=request.args.get("at") == "kiosk")


@bp.post("/still-here")
@stranger
def still() -> Response:
    """A touch on the page: the visit goes on. Finding the visit has noted it already."""
    return Response(status=204 if visit.current() else 410)


from kiosk.hall import machine_views  # noqa: E402, F401 - the rest of this room
