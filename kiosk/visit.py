"""Who stands here: the policy of a visit. The cookie holds only an id; everything known of the visit is a row, and ends with it.

Two policies: the machine in the hall forgets after 60 seconds without a touch, an own phone after 15 minutes; both have an absolute end.
Every way to be out is an exception with a name. The portal's accounts play no part here.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from kiosk import languages, machine
from workflow import clock
from workflow.models import Visit, db, writing
from workflow.roles import ENTRANT, Actor

View = TypeVar("View", bound=Callable)
YEAR = 365 * 24 * 3600


class Policy(NamedTuple):
    """Limits in time, the frame of the pages, and where a visit ends."""

    name: str
    idle: timedelta
    absolute: timedelta
    touch: timedelta  # how old `seen_at` may grow before it is written anew
    frame: str
    home: str


KIOSK = Policy("kiosk", timedelta(seconds=60), timedelta(minutes=30), timedelta(seconds=3), "kiosk/_machine.html", "hall.welcome")
PHONE = Policy("phone", timedelta(minutes=15), timedelta(hours=2), timedelta(seconds=30), "kiosk/_phone.html", "check.enter")
POLICIES = {policy.name: policy for policy in (KIOSK, PHONE)}


class Out(Exception):
    """Not in a visit, for one of the reasons below."""


class NoVisit(Out):
    """Nobody has begun one here."""


class Ended(Out):
    """It was ended: by goodbye, by the holder elsewhere, or by its absolute limit."""


class IdleTooLong(Out):
    """Nobody touched it for as long as its policy allows."""


class OutOfStep(Out):
    """There is a visit, but this page comes later in it."""


def stranger(view: View) -> View:
    """Anybody may open this page: no account is asked for. Every view of this door says so, under its route."""
    view.access = "stranger"  # type: ignore[attr-defined]
    return view


def guard(bp: Blueprint) -> None:
    """Every room of the lobby: find the visit, choose the language, keep nothing, answer who is out."""
    bp.before_request(_arrive)
    bp.after_request(_leave)
    bp.context_processor(_context)
    bp.register_error_handler(Out, _out)
    bp.register_error_handler(CSRFError, _rested)


def current() -> Visit | None:
    return g.get("visit")


def need(*stages: str) -> Visit:
    """The visit, in one of these stages (any, if none is named). Raises one of the named ways to be out."""
    visit = current()
    if visit is None:
        raise g.get("out") or NoVisit()
    if stages and visit.stage not in stages:
        raise OutOfStep()
    return visit


def policy() -> Policy:
    """Of the visit; before one begins, of the place: an enrolled machine is one on every page of the lobby."""
    visit = current()
    if visit is not None:
        return POLICIES[visit.policy]
    return KIOSK if machine.here() is not None else PHONE


def begin(kind: Policy, **what: Any) -> Visit:
    """A new visit with a new id; one that was here before ends."""
    before = current()
    if kind is KIOSK:
        device = machine.here()
        what["machine_id"] = device.id if device else before.machine_id if before else None
    finish()
    visit_id, now = secrets.token_urlsafe(24), clock.now()
    with writing() as rows:
        visit = Visit(id_hash=_hashed(visit_id), policy=kind.name, locale=g.get("locale", ""), created_at=now, seen_at=now, **{"data": {}, **what})
        rows.add(visit)
    g.visit, g.visit_cookie = visit, visit_id
    return visit


def entrant() -> Actor:
    """The holder, as the one who acts; at a machine the case file names it, before a visit has begun as well."""
    visit, device = current(), machine.here()
    return replace(ENTRANT, machine=machine.named(visit.machine_id if visit else None) or (device.name if device else ""))


def change(**what: Any) -> Visit:
    """Write down what is now known of the visit."""
    key = need().id_hash
    with writing() as rows:
        visit = rows.get_one(Visit, key)
        for name, value in what.items():
            setattr(visit, name, value)
    g.visit = visit
    return visit


def finish() -> None:
    visit = current()
    if visit is not None:
        _end(visit.id_hash)
    g.visit = None


def goodbye(at_machine: bool) -> Response:
    """End the visit and have the browser forget it. At the machine that means everything; a phone keeps only that it is trusted."""
    kind = KIOSK if at_machine else POLICIES[g.visit.policy] if current() else g.get("out_of") or PHONE
    finish()
    response = redirect(url_for(kind.home), 303)
    _drop_cookie(response)
    if kind is KIOSK:
        session.clear()
        enrolled = machine.cookie_name() in request.cookies
        response.headers["Clear-Site-Data"] = '"cache", "storage"' if enrolled else '"cache", "cookies", "storage"'
        response.delete_cookie(languages.COOKIE)
        if enrolled:
            machine.forget_all_but_the_key(response)
    else:
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _arrive() -> None:
    g.out = g.out_of = g.visit_cookie = None
    g.visit = _find(request.cookies.get(cookie_name(), ""))
    languages.choose(g.visit.locale if g.visit else "")
    if g.visit is not None and g.tongue_asked and g.visit.locale != g.tongue_asked:
        change(locale=g.tongue_asked)


def _find(visit_id: str) -> Visit | None:
    if not 20 <= len(visit_id) <= 60:
        return None
    visit = db.session.get(Visit, _hashed(visit_id))
    if visit is None:
        return None
    now, kind = clock.now(), POLICIES[visit.policy]
    g.out_of = kind
    if visit.ended_at is not None:
        g.out = Ended()
        return None
    if now - visit.seen_at >= kind.idle or now - visit.created_at >= kind.absolute:
        g.out = IdleTooLong() if now - visit.seen_at >= kind.idle else Ended()
        _end(visit.id_hash)
        return None
    if now - visit.seen_at >= kind.touch:
        key = visit.id_hash
        with writing() as rows:
            rows.execute(sa.update(Visit).where(Visit.id_hash == key, Visit.ended_at.is_(None)).values(seen_at=now))
        visit = db.session.get_one(Visit, key)
    return visit


def _end(id_hash: str) -> None:
    """The row forgets whom it was about; that there was a visit, and when, stays."""
    with writing() as rows:
        rows.execute(sa.update(Visit).where(Visit.id_hash == id_hash).values(ended_at=clock.now(), paper_id=None, card_id=None, data={}))


def _leave(response: Response) -> Response:
    secure = current_app.config["PORTAL"].https
    if g.get("visit_cookie"):
        response.set_cookie(cookie_name(), g.visit_cookie, path="/", secure=secure, httponly=True, samesite="Lax")
    elif g.get("out") is not None:
        _drop_cookie(response)
    if g.get("tongue_asked"):
        response.set_cookie(languages.COOKIE, g.tongue_asked, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _drop_cookie(response: Response) -> None:
    response.delete_cookie(cookie_name(), path="/", secure=current_app.config["PORTAL"].https, httponly=True, samesite="Lax")


def cookie_name() -> str:
    return "__Host-visit" if current_app.config["PORTAL"].https else "visit"


def _context() -> dict[str, Any]:
    kind, visit = policy(), current()
    at_machine = kind is KIOSK
    return {
        "frame": kind.frame, "machine": at_machine, "language_links": languages.links(), "home_url": url_for(kind.home), "machine_version": machine.version() if kind is KIOSK else "",
        "idle": int(kind.idle.total_seconds()) if visit is not None or (at_machine and request.endpoint != kind.home) else None,
        "goodbye_url": url_for("hall.leave", at=kind.name) if visit is not None or (at_machine and request.endpoint != kind.home) else None,
        "still_url": url_for("hall.still") if visit is not None else None,
    }  # fmt: skip


def _out(reason: Out) -> Any:
    """Never a word of whose visit it was. The machine shows its first page; a phone is told, and begins anew."""
    if g.get("out_of") is KIOSK or policy() is KIOSK:
        return redirect(url_for(KIOSK.home), 303)
    return render_template("kiosk/over.html", late=isinstance(reason, IdleTooLong | Ended)), 410


def _rested(_error: CSRFError) -> Any:
    """The page rested until its token ended. What was typed goes into a page that sends it again, if it came from our own page.

    Never at the machine: there it is somebody who went back to what another had typed, and had the browser send it once more.
    """
    if policy() is KIOSK:
        return redirect(url_for(KIOSK.home), 303)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or request.headers.get("Origin", request.host_url.rstrip("/")) != request.host_url.rstrip("/"):
        return render_template("kiosk/over.html", late=True), 400
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("kiosk/again.html", typed=typed, path=request.path), 400


def _hashed(visit_id: str) -> str:
    return hashlib.sha256(visit_id.encode()).hexdigest()
