"""Forgotten password: ask by e-mail address, choose a new one through the link. The rules are in workflow/resets.py."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.access import public
from portal.accounts.views import bp
from portal.fragments import sentence
from portal.passwords import hash_password
from portal.sessions import end_all
from workflow import accounts, resets, throttle

TRIES_OF_ADDRESS, MINUTES = 20, 15


@bp.get("/forgotten-password")
@public
def forgotten() -> Response:
    return _ask()


@bp.post("/forgotten-password")
@public
def forgotten_send() -> Response:
    """One answer, whether there is such an account or not."""
    email = request.form.get("email", "").strip()[:120]
    if "@" not in email:
        return _ask(422, _("Please write the e-mail address with which you sign in."), email)
    if throttle.attempt(throttle.key_of("reset-from", request.remote_addr or ""), TRIES_OF_ADDRESS, MINUTES):
        return _ask(429, _("Too many attempts from this address. Wait a quarter of an hour."), email)
    resets.ask(email)
    return make_response(render_template("portal/accounts/forgotten.html", sent=True, email=email, error=""))


def _ask(status: int = 200, error: str = "", email: str = "") -> Response:
    return make_response(render_template("portal/accounts/forgotten.html", sent=False, email=email, error=error), status)


@bp.get("/reset-password/<string:token>")
@public
def reset(token: str) -> Response:
    return _page(token)


@bp.post("/reset-password/<string:token>")
@public
def reset_send(token: str) -> Response:
    user, password = resets.whose(token), request.form.get("password", "")
    if user is not None and (wrong := accounts.password_problem(password, user.email, staff=user.is_staff)):
        return _page(token, sentence(*wrong))
    user = resets.choose(token, hash_password(password)) if user is not None else None
    if user is None:
        return _page(token)
    end_all(user.id)
    flash(_("The password is set. Sign in with it."), "good")
    return redirect(url_for(".sign_in"), 303)  # type: ignore[return-value]


def _page(token: str, error: str = "") -> Response:
    user = resets.whose(token)
    least = accounts.LEAST_STAFF if user is not None and user.is_staff else accounts.LEAST
    return make_response(render_template("portal/accounts/reset.html", user=user, error=error, least=least), 404 if user is None else 422 if error else 200)
