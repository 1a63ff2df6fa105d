"""“This is my letter, but I did not register”: the same three facts, and the card rests until a window has seen the passport.

On a phone the letter is the address, on the machine it is in the visit, as in registering.
"""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.register.forms import Identity
from kiosk.register.views import STATUS, bp
from kiosk.visit import OutOfStep, stranger
from workflow import holding, worth
from workflow.engine import Refused
from workflow.models import PaperRow, db


@bp.get("/dispute")
@bp.get("/<string:ref>/dispute")
@stranger
def dispute(ref: str = "") -> Response:
    paper = _registered(ref)
    return _page(ref, Identity()) if isinstance(paper, PaperRow) else paper


@bp.post("/dispute")
@bp.post("/<string:ref>/dispute")
@stranger
def disputed(ref: str = "") -> Response:
    paper = _registered(ref)
    if not isinstance(paper, PaperRow):
        return paper
    typed = Identity.read(request.form)
    if typed.problems or typed.birth_date is None:
        return _page(ref, typed, status=422)
    try:
        holding.dispute(paper.id, typed.name, typed.passport, typed.birth_date, at=visit.policy().name, by=visit.entrant())
    except Refused as refusal:
        return _page(ref, typed, gettext(refusal.msgid) % refusal.values, STATUS.get(refusal.code, 422))
    return make_response(render_template("kiosk/register/disputed.html"))


def _registered(ref: str) -> PaperRow | Response:
    """The notice whose card somebody registered; anything else goes where it belongs."""
    if ref:
        paper = worth.of_ref(ref).paper
    else:
        here = visit.need("read")
        paper = db.session.get(PaperRow, here.paper_id) if here.paper_id else None
    if paper is None or paper.permit is None:
        if not ref:
            raise OutOfStep
        return redirect(url_for("check.show", ref=ref[:40]), 303)
    card = holding.card_of(paper.permit)
    return paper if card is not None and card.password_hash else redirect(url_for(".identity", ref=ref or None), 303)


def _page(ref: str, typed: Identity, refused: str = "", status: int = 200) -> Response:
    problems = [(name, gettext(msgid)) for name, msgid in typed.problems] if status == 422 and not refused else []
    page = render_template("kiosk/register/dispute.html", ref=ref, typed=typed, refused=refused, problems=problems, locked=status == 429)
    return make_response(page, status)
