"""What was typed when a session had ended: parked for its owner, who gets it back after signing in.

Only what a page of that very session sent (its row is still there and the form carried its token), only the owner's, at most 64 kB, no files.
"""

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, session, url_for
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from portal import sessions
from portal.access import requires
from portal.accounts.paths import own_path
from portal.accounts.views import bp

MOST = 64 * 1024


def park() -> str:
    """Keep the form that came too late in the new session. Returns the path to come back to after signing in, "" for the first page."""
    back = _page_before()
    if not getattr(session, "expired_cookie", False) or not 0 < (request.content_length or 0) <= MOST:
        return back
    kept = sessions.ended(request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], ""))
    if kept is None or kept.user_id is None or any(f.filename for f in request.files.values()):
        return back
    if not _is_token_of(kept.data.get("csrf_token"), request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")):
        return back
    path = own_path(request.full_path.rstrip("?"))
    values = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not path or not values:
        return back
    session["parked"] = {"user": kept.user_id, "path": path, "back": back, "values": values}
    return back or url_for("accounts.typed")


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
