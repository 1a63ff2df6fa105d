"""What was typed when a session had ended: parked for its owner, who gets it back after signing in.

Only what a page of that very session sent (its row is still there and the form carried its token), only the owner's, at most 64 kB, no files,
no passwords. The same for a page that stayed open while its reader signed in anew beside it: its token is the one of her session before.
"""

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal import sessions
from portal.access import requires
from portal.accounts.paths import own_path
from portal.accounts.views import bp

MOST = 64 * 1024
NEVER = frozenset(("old", "password", "again", "code"))  # a form that carries one of these is typed again


def park() -> str:
    """Keep the form that came too late in the new session. Returns the path to come back to after signing in, "" for the first page."""
    back = _page_before()
    if not getattr(session, "expired_cookie", False):
        return back
    kept = sessions.ended(request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], ""))
    if kept is None or kept.user_id is None or not _is_token_of(kept.data.get("csrf_token"), _sent_token()):
        return back
    return _hold(kept.user_id, back)


def rescue() -> Response | None:
    """The answer to a form whose token is not this session's, but that of an earlier one of the same person: parked in the session there is now.

    None for a token that is nobody's, or another person's.
    """
    if request.method != "POST" or not current_user.is_authenticated or not any(_is_token_of(raw, _sent_token()) for raw in sessions.tokens_of(current_user.id)):
        return None
    session.pop("parked", None)
    back = _hold(current_user.id, _page_before())
    if "parked" in session:
        return redirect(url_for("accounts.typed"), 303)
    return redirect(back or url_for("home.index"), 303) if _brings_files() else None


def _hold(user_id: int, back: str) -> str:
    """Put the form into the session. Returns where to go on: the page of what was typed where the browser did not say which page the form stood on."""
    path = own_path(request.full_path.rstrip("?"))
    if _brings_files():
        flash(_("The file did not arrive: the session had ended. Please choose it once more."), "turn")
        return back
    values = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not path or not values or not 0 < (request.content_length or 0) <= MOST or any(name in NEVER for name, _value in values):
        return back
    session["parked"] = {"user": user_id, "path": path, "back": back, "values": values}
    return back or url_for("accounts.typed")


def _brings_files() -> bool:
    return any(f.filename for f in request.files.values())


def _sent_token() -> str:
    return request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")


def _is_token_of(raw: str | None, signed: str) -> bool:
    """Flask-WTF's token, checked by hand against the session that has ended: this runs before its own check, and in another session."""
    secret = str(current_app.config.get("WTF_CSRF_SECRET_KEY") or current_app.secret_key)
    try:
        token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(signed)
    except BadData:
        return False
    return bool(raw) and isinstance(token, str) and hmac.compare_digest(str(raw), token)


def _page_before() -> str:
    """The page the form stood on, if the browser says so and it is ours."""
    parts = urlsplit(request.referrer or "")
    try:  # the answer to a mistake stands at the address of its form, which may open nothing when asked for
        current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return ""
    return own_path(parts.path + (f"?{parts.query}" if parts.query else "")) if parts.netloc == request.host else ""


@bp.get("/sign-in/typed")
@requires()
def typed() -> Response | str:
    """You were signed out while typing; nothing is lost."""
    parked: dict[str, Any] | None = session.get("parked")
    if not parked or parked["user"] != current_user.id:
        return redirect(url_for("home.index"), 303)
    return render_template("portal/accounts/typed.html", parked=parked)


@bp.post("/sign-in/typed/drop")
@requires()
def drop_typed() -> Response:
    parked = session.pop("parked", None) or {}
    return redirect(own_path(parked.get("back")) or url_for("home.index"), 303)


@bp.before_app_request
def _sent_at_last() -> None:
    """The parked form has been sent: what it held is not kept any longer. Runs after the token was checked."""
    parked = session.get("parked")
    if parked and request.method == "POST" and current_user.is_authenticated and request.full_path.rstrip("?") == parked["path"]:
        session.pop("parked")
