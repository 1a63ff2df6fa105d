"""What every act shares: load the row anew, compare what the person saw, do each key once, and remember it.

Used inside `with writing()`; nothing here commits.
"""

import hashlib
import json
from typing import Any, TypeVar

import sqlalchemy as sa

from workflow import clock, words
from workflow.engine import N_, Refused, Said
from workflow.models import ActKey, Event, db

T = TypeVar("T")


def load(model: type[T], key: int) -> T:
    """The row as it is now, locked until commit where the database locks rows."""
    row = db.session.get(model, key, with_for_update={"of": model}, populate_existing=True)
    if row is None:
        raise Refused("gone", N_("This file does not exist."))
    return row


def within(code: str, text: str, limit: int) -> None:
    """Refuse a text that is longer than it may be, in characters; nothing is cut. `code` names the field."""
    if len(text) > limit:
        raise Refused(code, N_("The note has %(measured)s characters, the limit is %(limit)s. Please shorten it."), measured=len(text), limit=limit)


def unchanged(subject: Any, seen: int | None) -> None:
    """Refuse to act on a page that shows yesterday: say who did what meanwhile."""
    if seen is None or seen == subject.version:
        return
    last = db.session.scalar(sa.select(Event).where(Event.subject == subject.subject_kind, Event.subject_id == subject.id, Event.from_version >= seen).order_by(Event.seq.desc()).limit(1))
    if last is None:
        raise Refused("stale", N_("This file has changed since you opened it. What you typed is still here; look at the file as it is now, then go on."))
    raise Refused(
        "stale",
        N_("Meanwhile %(who)s did this at %(when)s: “%(what)s”. What you typed is still here; look at the file as it is now, then go on."),
        who=last.actor_name, when=last.at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M"), what=Said(words.DEEDS.get(last.trigger, last.trigger)),
    )  # fmt: skip


def _actor(by: Any) -> str:
    return f"user:{by.id}" if getattr(by, "id", None) is not None else f"actor:{by.name}"


def fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def done_before(key: str | None, by: Any, body: str) -> dict | None:
    """The outcome of the same form sent before; None if this is its first arrival. The same key with another body is refused."""
    if not key:
        return None
    kept = db.session.get(ActKey, (key, _actor(by)))
    if kept is None:
        return None
    if kept.body != body:
        raise Refused("key_reused", N_("This form was sent before with other contents. Open the page again and repeat the change there."))
    return kept.outcome


def remember(key: str | None, by: Any, body: str, **outcome: Any) -> None:
    if key:
        db.session.add(ActKey(key=key, actor=_actor(by), body=body, outcome=outcome, at=clock.now()))
