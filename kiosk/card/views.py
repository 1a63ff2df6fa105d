"""The electronic card in its holder's hand: signing in, the face, the work-permit page, locking. Showing it to others: kiosk/card/showing_views.py."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.card import page
from kiosk.card.forms import SignIn
from kiosk.register.views import DEVICE, remember_device
from kiosk.visit import PHONE, Out, stranger
from workflow import clock, counter, locks, showing
from workflow.engine import Refused
from workflow.models import Card, Visit, db

bp = Blueprint("card", __name__)
visit.guard(bp)
UNMASKED = timedelta(seconds=60)
Answer = Response | str


@bp.get("/card/sign-in")
@stranger
def sign_in() -> Answer:
    return _sign_in(SignIn())


@bp.post("/card/sign-in")
@stranger
def enter() -> Answer:
    """Permit number and password; on a phone that is not known yet, a code as well."""
    typed = SignIn.read(request.form)
    if typed.problems:
        return _sign_in(typed, problems=[(name, gettext(msgid)) for name, msgid in typed.problems])
    try:
        card, known = showing.sign_in(typed.number, typed.password, request.cookies.get(DEVICE, ""))
    except Refused as refusal:
        return _sign_in(typed, refusal)
    card_id, kind = card.id, visit.policy()
    if known and kind is PHONE:
        visit.begin(kind, card_id=card_id, stage="card")
        return redirect(url_for(".face"), 303)
    visit.begin(kind, stage="device", data={"card": card_id})
    return _send(card_id)


@bp.get("/card/code")
@stranger
def code() -> Answer:
    return _code(visit.need("device"))


@bp.post("/card/code")
@stranger
def check_code() -> Answer:
    card_id = visit.need("device").data["card"]
    try:
        showing.check_code(card_id, request.form.get("code", "")[:40], at=visit.policy().name, by=visit.entrant())
    except Refused as refusal:
        return _code(visit.need("device"), refusal)
    kind = visit.policy()
    visit.begin(kind, card_id=card_id, stage="card")
    response = redirect(url_for(".face"), 303)
    if kind is PHONE:
        remember_device(response, card_id)
    return response


@bp.post("/card/code/again")
@stranger
def send_again() -> Answer:
    return _send(visit.need("device").data["card"])


@bp.get("/card")
@stranger
def face() -> Answer:
    """Masked until the holder says otherwise; nothing that is masked stands in the page."""
    try:
        card = mine()
    except Out as out:
        if visit.policy() is not PHONE or g.get("out_of") not in (None, PHONE):
            raise out
        return redirect(url_for(".sign_in"), 303)
    here, permit = visit.need("card"), card.permit
    until = here.data.get("shown_until", "")
    shown, standing = until > clock.now().isoformat(), page.standing_of(card, permit)
    rows = page.rows(card, permit) if shown and permit else []
    earlier = page.earlier(showing.history(card)[1:]) if shown else []
    due = counter.due_of(permit) if permit else None
    context = {"due": due, "left": (due - clock.today()).days if due else None, "card": card, "permit": permit, "shown": shown, "standing": page.STANDINGS[standing], "advice": page.ADVICE.get(standing), "rows": rows, "earlier": earlier, "now": clock.now(), "fresh": here.data.get("new")}
    return render_template("kiosk/card/face.html", can_show=_can_show(card), **context)


@bp.post("/card/face")
@stranger
def mask() -> Answer:
    """Show for sixty seconds, or hide again."""
    mine()
    shown = request.form.get("show") == "1"
    visit.change(data={"shown_until": (clock.now() + UNMASKED).isoformat()} if shown else {})
    return redirect(url_for(".face") + ("#permit-page" if request.form.get("to") == "page" else ""), 303)


@bp.get("/card/photo")
@stranger
def photo() -> Answer:
    """The holder's photograph, to the holder's visit alone."""
    card = mine()
    if not card.person.photo_sha256:
        return Response(status=404)
    response = Response(showing.portrait(card.person.photo_sha256), mimetype="image/jpeg")
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@bp.get("/card/lock")
@stranger
def locking() -> Answer:
    card = mine()
    return render_template("kiosk/card/lock.html", card=card, own_lock=locks.by_holder(card), refused="")


@bp.post("/card/lock")
@stranger
def lock() -> Answer:
    card = mine()
    try:
        showing.lock(card.id, by=visit.entrant(), keep=visit.need().id_hash)
    except Refused as refusal:
        return _locking(refusal)
    return redirect(url_for(".face"), 303)


@bp.post("/card/unlock")
@stranger
def unlock() -> Answer:
    card = mine()
    try:
        showing.unlock(card.id, by=visit.entrant(), password=request.form.get("password", ""))
    except Refused as refusal:
        return _locking(refusal)
    return redirect(url_for(".face"), 303)


def mine() -> Card:
    """The card of this visit. Raises a way to be out otherwise."""
    here = visit.need("card")
    if here.card_id is None:
        raise visit.NoVisit
    return db.session.get_one(Card, here.card_id)


def _send(card_id: int) -> Response:
    try:
        showing.send_code(card_id, locale=g.locale)
    except Refused as refusal:
        return _code(visit.need("device"), refusal)
    return redirect(url_for(".code"), 303)


def _can_show(card: Card) -> bool:
    try:
        showing.can_show(card)
    except Refused:
        return False
    return True


def _locking(refusal: Refused) -> Response:
    card = mine()
    return _page("kiosk/card/lock.html", refusal, card=card, own_lock=locks.by_holder(card))


def _code(here: Visit, refusal: Refused | None = None) -> Response:
    return _page("kiosk/card/code.html", refusal, person=db.session.get_one(Card, here.data["card"]).person)


def _sign_in(typed: SignIn, refusal: Refused | None = None, problems: Any = ()) -> Response:
    return _page("kiosk/card/sign_in.html", refusal, status=422 if problems else 200, typed=typed, problems=problems)


def _page(template: str, refusal: Refused | None, status: int = 200, **context: Any) -> Response:
    if refusal is not None:
        status = 429 if refusal.code in ("locked", "too_soon", "too_many") else 422
    return make_response(render_template(template, refused=gettext(refusal.msgid) % refusal.values if refusal else "", **context), status)


from kiosk.card import app, showing_views  # noqa: E402, F401 - the rest of this room
