"""A link by which somebody chooses their first password: good for three days, and only until a password is chosen."""

import hashlib

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.access import public
from portal.accounts.views import bp
from portal.fragments import sentence
from portal.passwords import hash_password
from portal.sessions import end_all
from workflow import accounts
from workflow.models import User, db

GOOD_FOR = 3 * 24 * 3600  # seconds


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="invitation")


def _mark(user: User) -> str:
    """Changes with the password, so a link is spent by being used."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:24]


def link_for(user: User) -> str:
    path = url_for("accounts.invitation", token=_signer().dumps([user.id, _mark(user)]))
    return f"{current_app.config['PORTAL'].base_url}{path}"


def _invited(token: str) -> User | None:
    try:
        user_id, mark = _signer().loads(token, max_age=GOOD_FOR)
        user = db.session.get(User, int(user_id))
    except (BadData, ValueError, TypeError):
        return None
    return user if user is not None and user.active and _mark(user) == mark else None


@bp.get("/invitation/<string:token>")
@public
def invitation(token: str) -> Response:
    return _page(_invited(token))


@bp.post("/invitation/<string:token>")
@public
def invitation_send(token: str) -> Response:
    user, password = _invited(token), request.form.get("password", "")
    if user is None:
        return _page(None)
    if wrong := accounts.password_problem(password, user.email, staff=user.is_staff):
        return _page(user, sentence(*wrong))
    accounts.set_password(user.id, hash_password(password))
    end_all(user.id)
    flash(_("The password is set. Sign in with it."), "good")
    return redirect(url_for(".sign_in"), 303)  # type: ignore[return-value]


def _page(user: User | None, error: str = "") -> Response:
    status = 404 if user is None else 422 if error else 200
    least = accounts.LEAST_STAFF if user is not None and user.is_staff else accounts.LEAST
    return make_response(render_template("portal/accounts/invitation.html", user=user, error=error, least=least), status)
