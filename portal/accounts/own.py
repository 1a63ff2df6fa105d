"""One's own account: password, language, and the sessions that are open."""

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import sessions
from portal.access import LANGUAGES, requires
from portal.accounts.signing import ACCOUNT_TRIES, MINUTES
from portal.accounts.views import bp
from portal.fragments import sentence
from portal.passwords import hash_password, verify_password
from workflow import accounts, clock, throttle
from workflow.models import User, WebSession, db, writing


@bp.get("/account")
@requires()
def account() -> Response:
    return _page()


@bp.post("/account/password")
@requires()
def change_password() -> Response:
    old, new = request.form.get("old", "")[:1000], request.form.get("password", "")
    if wrong := accounts.password_problem(new, current_user.email, staff=current_user.is_staff):
        return _page({"password": sentence(*wrong)}, 422)
    key = throttle.key_of("own password", str(current_user.id))
    if until := throttle.attempt(key, ACCOUNT_TRIES, MINUTES):
        return _page({"old": _("Too many attempts. Changing the password rests until %(time)s.", time=f"{until.astimezone(clock.BEIJING):%H:%M}")}, 429)
    if not verify_password(current_user.password_hash, old):
        return _page({"old": _("This is not the present password.")}, 422)
    throttle.clear(key)
    accounts.set_password(current_user.id, hash_password(new))
    sessions.end_all(current_user.id, keep=session.session_id)  # type: ignore[attr-defined]
    session.renew()  # type: ignore[attr-defined]
    flash(_("The password is changed. All other sessions of yours were ended."), "good")
    return redirect(url_for(".account"), 303)  # type: ignore[return-value]


@bp.post("/account/language")
@requires()
def change_language() -> Response:
    chosen = request.form.get("locale")
    if chosen in LANGUAGES:
        with writing() as rows:
            rows.execute(sa.update(User).where(User.id == current_user.id).values(locale=chosen))
        session["locale"] = chosen
    return redirect(url_for(".account"), 303)  # type: ignore[return-value]


@bp.post("/account/sessions/end")
@requires()
def end_sessions() -> Response:
    sessions.end_all(current_user.id, keep=session.session_id)  # type: ignore[attr-defined]
    flash(_("All other sessions were ended."), "good")
    return redirect(url_for(".account"), 303)  # type: ignore[return-value]


def _page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    now = clock.now()
    alive = (WebSession.user_id == current_user.id, WebSession.expires_at > now, WebSession.seen_at > now - sessions.IDLE)
    rows = db.session.execute(sa.select(WebSession.id_hash, WebSession.created_at, WebSession.seen_at).where(*alive).order_by(WebSession.seen_at.desc()).limit(50)).all()
    here = sessions.hashed(session.session_id)  # type: ignore[attr-defined]
    least = accounts.LEAST_STAFF if current_user.is_staff else accounts.LEAST
    page = render_template("portal/accounts/account.html", rows=[(row, row.id_hash == here) for row in rows], errors=errors or {}, least=least, languages=LANGUAGES)
    return make_response(page, status)
