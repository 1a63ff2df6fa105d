"""Signing in: e-mail and password, then for staff the code of the second factor; and signing out."""

from datetime import datetime, timedelta

from flask import Response, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user

from portal import sessions
from portal.access import public, requires
from portal.accounts.paths import own_path
from portal.accounts.views import bp
from portal.passwords import verify_password
from workflow import accounts, clock, throttle
from workflow.models import User, db

ACCOUNT_TRIES, ADDRESS_TRIES, MINUTES = 5, 30, 15
HALF_WAY = timedelta(minutes=10)


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")) or url_for("home.index"), 303)  # type: ignore[return-value]
    return form()


@bp.post("/sign-in")
@public
def sign_in_send() -> Response:
    email, password = request.form.get("email", "").strip()[:200], request.form.get("password", "")[:1000]
    if not email or not password:
        return form(422, _("Please give both the e-mail address and the password."), email=email)
    account, address = throttle.key_of("account", email), _address()
    if until := throttle.attempt(address, ADDRESS_TRIES, MINUTES) or throttle.attempt(account, ACCOUNT_TRIES, MINUTES):
        return _resting("portal/accounts/sign_in.html", until, email=email)
    user = accounts.by_email(email)
    if not verify_password(user.password_hash if user else None, password) or user is None or not user.active:
        return form(422, _("The e-mail address or the password is not right."), email=email)
    throttle.forgive(address)
    throttle.clear(account)
    if user.is_staff or user.totp_secret:
        session["half"] = {"user": user.id, "at": clock.now().isoformat()}
        return redirect(url_for(".code", next=_next() or None), 303)  # type: ignore[return-value]
    return complete(user)


@bp.get("/sign-in/code")
@public
def code() -> Response:
    return _code_form() if _half() else redirect(url_for(".sign_in", next=_next() or None), 303)  # type: ignore[return-value]


@bp.post("/sign-in/code")
@public
def code_send() -> Response:
    user = _half()
    if user is None:
        flash(_("Please begin again: more than ten minutes passed after the password."), "turn")
        return redirect(url_for(".sign_in", next=_next() or None), 303)  # type: ignore[return-value]
    tried = try_code(user)
    if tried is True:
        return complete(user)
    return _resting("portal/accounts/code.html", tried) if tried else _code_form(422, wrong_code())


def try_code(user: User) -> datetime | bool:
    """The six digits that the form brought: True where they are right (and spent), False where not, the moment to wait for where too many were wrong."""
    key = throttle.key_of("code", str(user.id))
    if until := throttle.attempt(key, ACCOUNT_TRIES, MINUTES):
        return until
    if not accounts.spend_code(user.id, user.totp_secret or "", request.form.get("code", "")):
        return False
    throttle.clear(key)
    return True


def wrong_code() -> str:
    return _("This code is not right, or it was used already. Wait for the next one on your device; it changes every 30 seconds.")


@bp.post("/sign-out")
@requires()
def sign_out() -> Response:
    locale = session.get("locale")
    session.clear()
    answer = redirect(url_for("home.index", lang=locale), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer  # type: ignore[return-value]


def form(status: int = 200, error: str = "", email: str = "", until: datetime | None = None) -> Response:
    demonstration = current_app.config["PORTAL"].mode == "demonstration"
    return make_response(render_template("portal/accounts/sign_in.html", error=error, email=email, next=_next(), until=until, demonstration=demonstration), status)


def _code_form(status: int = 200, error: str = "") -> Response:
    return make_response(render_template("portal/accounts/code.html", error=error, next=_next()), status)


def _resting(template: str, until: datetime, email: str = "") -> Response:
    """Too many attempts: the same words for an account that exists and one that does not."""
    wait = max(int((until - clock.now()).total_seconds()), 1)
    words = _("Too many attempts. To protect the account, signing in rests until %(time)s.", time=f"{until.astimezone(clock.BEIJING):%H:%M}")
    answer = make_response(render_template(template, error=words, email=email, next=_next()), 429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _next() -> str:
    return own_path(request.form.get("next") or request.args.get("next"))


def _address() -> str:
    return throttle.key_of("address", request.remote_addr or "")


def _half() -> User | None:
    """Who gave the right password a moment ago."""
    half = session.get("half")
    if not half or datetime.fromisoformat(half["at"]) + HALF_WAY < clock.now():
        return None
    user = db.session.get(User, half["user"])
    return user if user is not None and user.active and user.totp_secret else None


def complete(user: User, onward: str = "") -> Response:
    """Signed in: another session id, nothing of the stranger's session but what was parked in it."""
    parked, onward = session.get("parked"), onward or _next()
    renew = session.renew  # type: ignore[attr-defined]
    said = session.get("_flashes")
    session.clear()
    renew()
    if said:
        session["_flashes"] = said
    login_user(user)
    session["locale"] = user.locale
    sessions.tidy()
    throttle.tidy()
    if parked and parked.get("user") == user.id:
        session["parked"] = parked
        return redirect(url_for(".typed"), 303)  # type: ignore[return-value]
    return redirect(onward or url_for("home.index"), 303)  # type: ignore[return-value]
