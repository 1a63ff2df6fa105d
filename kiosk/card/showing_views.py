"""亮证: the holder shows a code for one minute; whoever scans it sees the permit once. Opening the address changes nothing, pressing the button does."""

import base64

from flask import current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext

from kiosk import visit
from kiosk.card import page
from kiosk.card.views import Answer, bp, mine
from kiosk.visit import stranger
from workflow import clock, files, proving, showing
from workflow.documents import qr
from workflow.engine import Refused
from workflow.models import Card


@bp.get("/card/show")
@stranger
def show() -> Answer:
    return _show(mine())


@bp.post("/card/show")
@stranger
def show_code() -> Answer:
    """A fresh code; the one before ends at once."""
    card = mine()
    try:
        code, ends = showing.show_code(card.id)
    except Refused as refusal:
        return make_response(_show(mine(), refusal), 409)
    address = current_app.config["PORTAL"].base_url + url_for(".shown", code=code)
    return render_template("kiosk/card/show.html", card=mine(), symbol=qr.svg(address, gettext("One-minute code of the card")), ends=ends, address=address, refused="")


@bp.get("/c/<string:code>")
@stranger
def shown(code: str) -> Answer:
    """The same page for every code, so that nobody learns here which ones exist."""
    return render_template("kiosk/card/shown.html", code=code[:40])


@bp.post("/c/<string:code>")
@stranger
def redeem(code: str) -> Answer:
    """Once the permit page as it is now; afterwards the answer that it was used."""
    taken = showing.redeem(code)
    if taken.card is None:
        return make_response(render_template("kiosk/card/worthless.html", used_at=taken.at), 410)
    card, permit = taken.card, taken.card.permit
    assert permit is not None  # can_show refuses a card without one
    context = {"card": card, "rows": page.rows(card, permit), "standing": page.STANDINGS[page.standing_of(card, permit)], "now": clock.now(), "photo": _photo(card)}
    return render_template("kiosk/card/live.html", **context)


def _photo(card: Card) -> str:
    """The photograph inside the page, as data: whoever scanned has no visit that could fetch it."""
    if not card.person.photo_sha256:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(showing.portrait(card.person.photo_sha256)).decode()


def _show(card: Card, refusal: Refused | None = None) -> str:
    problem = refusal
    if problem is None:
        try:
            showing.can_show(card)
        except Refused as why:
            problem = why
    return render_template("kiosk/card/show.html", card=card, symbol="", ends=None, address="", refused=gettext(problem.msgid) % problem.values if problem else "")





@bp.post("/card/proof")
@stranger
def proof() -> Answer:
    """The permit page as a signed PDF, of today."""
    card = mine()
    try:
        paper = proving.prove(card.id, by=visit.entrant())
    except Refused as refusal:
        return make_response(_show(mine(), refusal), 409)
    if not paper.pdf_sha256:
        raise RuntimeError("a proof without its print")
    response = make_response(files.read(paper.pdf_sha256))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{paper.number}.pdf"'
    return response


@bp.get("/card/wrong")
@stranger
def wrong() -> Answer:
    return render_template("kiosk/card/wrong.html", card=mine(), refused="", typed="", sent=False)


@bp.post("/card/wrong")
@stranger
def report() -> Answer:
    """This is not me, or this is wrong: told to the window of the authority."""
    card, typed = mine(), request.form.get("words", "")[:1000]
    try:
        showing.report(card.id, typed, locale=g.locale, by=visit.entrant())
    except Refused as refusal:
        return make_response(render_template("kiosk/card/wrong.html", card=mine(), refused=gettext(refusal.msgid), typed=typed, sent=False), 422)
    return render_template("kiosk/card/wrong.html", card=mine(), refused="", typed="", sent=True)
