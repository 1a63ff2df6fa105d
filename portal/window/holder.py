"""The card of a person, before the officer who has the passport in hand: what it is, why it rests, and the deeds of workflow/card_window.py."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import refusal_status, refusal_text
from portal.review import serving, timeline
from portal.window.views import bp
from workflow import card_window, holding, locks, showing, throttle
from workflow.card import CardState
from workflow.card_window import Holder
from workflow.engine import N_, Refused
from workflow.roles import Role

SEEN = N_("Look at the passport first, and say so: nothing is done to a card without it.")
ASKED = N_("A second officer of this authority has to confirm this. It waits under “Second pair of eyes”; the holder is told when it is done.")
DONE = N_("Done. The holder is told.")
DEEDS = {"lock": card_window.lock, "unlock": card_window.unlock, "undo": card_window.undo}


def find(person_id: int) -> Holder:
    """A holder within the own authority; for everybody else there is none."""
    return card_window.find(person_id, current_user) or abort(404)


@bp.get("/holders/<int:person_id>")
@requires(Role.WINDOW)
def holder(person_id: int) -> Response:
    return _page(person_id)


def _page(person_id: int, status: int = 200, **more: Any) -> Response:
    found = find(person_id)
    events = [{"title": timeline.title(e), "who": timeline.who(e), "at": e.at, "note": _note(e.facts), "upcoming": False} for e in found.events]
    permit = found.permits[0]
    context = {"holder": found, "person": found.person, "card": found.card, "permit": permit, "case": permit.case, "events": events, "standing": permit.standing(), **_deeds(found)}
    return make_response(render_template("portal/window/holder.html", **context, **more), status)


def _deeds(found: Holder) -> dict[str, Any]:
    """Which deeds stand open, and which of them would wait for a second officer."""
    card = found.card
    if card is None or card.state is CardState.CLOSED:
        return {"open_deeds": (), "doubled": (), "locked_code": bool(found.letter and holding.locked_until(found.letter.id))}
    deeds = ("lock",) if card.state is CardState.ACTIVE else ("unlock",) if found.registered else ()
    names = {"unlock": "unlock", "undo": "undo_registration"}
    open_deeds = (*deeds, *(("undo",) if found.registered else ()))
    doubled = tuple(deed for deed in open_deeds if deed in names and locks.is_override(names[deed], card, current_user, found.last))
    return {"open_deeds": open_deeds, "doubled": doubled, "locked_code": bool(throttle.blocked(showing.key_of(found.person.permit_number)))}


def _note(facts: dict[str, Any]) -> str:
    said = [str(facts[name]) for name in ("reason", "where", "paper", "machine") if facts.get(name)]
    if facts.get("with"):
        said.append(gettext("with %(who)s", who=facts["with"]))
    return gettext("; ").join(said)


@bp.post("/holders/<int:person_id>/<any(lock, unlock, undo):deed>")
@requires(Role.WINDOW)
def deed(person_id: int, deed: str) -> Answer:
    """Lock, unlock or undo, with its reason."""
    card, reason = find(person_id).card or abort(404), request.form.get("reason", "")[:1000]
    if request.form.get("passport_seen") != "yes":
        return _page(person_id, 422, deed=deed, error=gettext(SEEN), typed=reason)
    try:
        done = DEEDS[deed](card.id, reason, by=current_user)
    except Refused as refusal:
        return _page(person_id, refusal_status(refusal), deed=deed, error=refusal_text(refusal), typed=reason)
    words, tone = (ASKED, "turn") if done == "asked" else (DONE, "good")
    flash(gettext(words), tone)
    return redirect(url_for("window.holder", person_id=person_id), 303)


@bp.post("/holders/<int:person_id>/code")
@requires(Role.WINDOW)
def holder_code(person_id: int) -> Response:
    """A code that registers the card, or signs in to it on a new phone, for a holder whose contacts on file are lost. Shown once."""
    found = find(person_id)
    if request.form.get("passport_seen") != "yes":
        return _page(person_id, 422, code_error=gettext(SEEN))
    try:
        if found.registered and found.card is not None:
            code = showing.window_code(found.card.id, by=current_user)
        else:
            code = holding.window_code(found.letter.id if found.letter else 0, by=current_user)
    except Refused as refusal:
        return _page(person_id, refusal_status(refusal), code_error=refusal_text(refusal))
    return _page(person_id, code=code)


@bp.get("/holders/<int:person_id>/photo")
@requires(Role.WINDOW)
def holder_photo(person_id: int) -> Response:
    return serving.photo_of(find(person_id).person)


@bp.get("/second-look")
@requires(Role.WINDOW, Role.ADMIN)
def second_look() -> Response:
    """What waits for a second officer."""
    return _waiting()


def _waiting(status: int = 200, error: str = "") -> Response:
    rows = card_window.waiting_at(current_user.authority_id or 0)
    return make_response(render_template("portal/window/second_look.html", rows=rows, error=error, may_open=Role.WINDOW in current_user.roles), status)


@bp.post("/second-look/<int:ask_id>")
@requires(Role.WINDOW, Role.ADMIN)
def settle(ask_id: int) -> Answer:
    """Confirm or decline."""
    agree = request.form.get("say") == "yes"
    try:
        card_window.settle(ask_id, agree, by=current_user)
    except Refused as refusal:
        if refusal.code == "gone":
            abort(404)
        return _waiting(refusal_status(refusal), refusal_text(refusal))
    flash(gettext(DONE) if agree else gettext("Declined. Nothing was done to the card."), "good")
    return redirect(url_for("window.second_look"), 303)
