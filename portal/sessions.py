"""Sessions as rows: the cookie holds a random id, the row its hash, so a session can be ended from here and a copied database signs nobody in.

Two limits: idle and absolute (OWASP ASVS 7.3). The row is written only when something changed, and touched at most once a minute.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from workflow import clock
from workflow.models import WebSession, db

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(minutes=1)
KEPT_AFTER = timedelta(hours=24)  # an ended session's row stays this long, so that what was typed in it can be told to be its owner's


def hashed(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


class RowSession(CallbackDict, SessionMixin):
    def __init__(self, data: dict[str, Any] | None = None, session_id: str = "", row_seen: datetime | None = None):
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.session_id, self.new, self.modified, self.row_seen = session_id, not session_id, False, row_seen
        self.expired_cookie = False

    def renew(self) -> None:
        """A new id for the same contents: after signing in, so that a planted id is worth nothing. The old row goes at save."""
        self.old_id, self.session_id, self.modified = self.session_id, "", True

    old_id = ""


class RowSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> RowSession:
        session_id = request.cookies.get(app.config["SESSION_COOKIE_NAME"], "")
        if not 20 <= len(session_id) <= 100:
            return RowSession()
        with db.engine.connect() as connection:
            row = connection.execute(sa.select(WebSession.data, WebSession.seen_at, WebSession.expires_at).where(WebSession.id_hash == hashed(session_id))).first()
        now = clock.now()
        if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
            fresh = RowSession({"locale": row.data["locale"]} if row is not None and row.data.get("locale") else None)  # asked to sign in again in the language one reads
            fresh.expired_cookie = row is not None
            return fresh
        return RowSession(dict(row.data), session_id, row.seen_at)

    def save_session(self, app: Flask, session: RowSession, response: Response) -> None:  # type: ignore[override]
        name, secure = app.config["SESSION_COOKIE_NAME"], app.config["SESSION_COOKIE_SECURE"]
        if not session:
            if session.session_id and session.modified:
                self._write(sa.delete(WebSession).where(WebSession.id_hash == hashed(session.session_id)))
                response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
            return
        now = clock.now()
        if not session.modified:
            if session.row_seen and now - session.row_seen > TOUCH:
                self._write(sa.update(WebSession).where(WebSession.id_hash == hashed(session.session_id)).values(seen_at=now))
            return
        user = int(session["_user_id"]) if session.get("_user_id") else None
        if session.session_id:
            self._write(sa.update(WebSession).where(WebSession.id_hash == hashed(session.session_id)).values(data=dict(session), user_id=user, seen_at=now))
            return
        session.session_id = secrets.token_urlsafe(32)
        statements: list[Any] = [sa.delete(WebSession).where(WebSession.id_hash == hashed(session.old_id))] if session.old_id else []
        statements.append(
            sa.insert(WebSession).values(id_hash=hashed(session.session_id), user_id=user, data=dict(session), created_at=now, seen_at=now, expires_at=now + ABSOLUTE)
        )
        self._write(*statements)
        response.set_cookie(name, session.session_id, path="/", secure=secure, httponly=True, samesite="Lax")

    @staticmethod
    def _write(*statements: Any) -> None:
        """A connection of its own: the view's session may stand in any state."""
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            for statement in statements:
                connection.execute(statement)


def end_all(user_id: int, keep: str = "") -> None:
    """End every session of a person, but for the one in `keep`: after a change of password, or by an administrator."""
    RowSessions._write(sa.delete(WebSession).where(WebSession.user_id == user_id, WebSession.id_hash != hashed(keep)))


def ended(session_id: str) -> Any:
    """The row (user_id, data) of a session that ran out by itself; None for one that was ended, or never was."""
    if not 20 <= len(session_id) <= 100:
        return None
    with db.engine.connect() as connection:
        row = connection.execute(sa.select(WebSession.user_id, WebSession.data, WebSession.seen_at, WebSession.expires_at).where(WebSession.id_hash == hashed(session_id))).first()
    now = clock.now()
    return row if row is not None and (row.expires_at <= now or row.seen_at + IDLE <= now) else None


def tokens_of(user_id: int) -> list[str]:
    """The raw form tokens of this person's sessions that were not ended by anybody, those that ran out among them."""
    with db.engine.connect() as connection:
        rows = connection.scalars(sa.select(WebSession.data).where(WebSession.user_id == user_id).order_by(WebSession.created_at.desc()).limit(20)).all()
    return [str(data["csrf_token"]) for data in rows if data.get("csrf_token")]


def tidy() -> None:
    RowSessions._write(sa.delete(WebSession).where(WebSession.expires_at < clock.now() - KEPT_AFTER))
