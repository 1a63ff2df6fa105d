"""Attempts counted by key (an account, an address, a paper) in rows, so that every worker and every machine counts the same.

An attempt is counted before it is judged and taken back when it succeeds: a thousand at once get no more tries than one after another.
Every lock ends by itself. Call these outside `writing()`: they commit on a connection of their own, so a refused act still counts.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow import clock
from workflow.models import Throttle, db

table: Any = Throttle.__table__


def key_of(kind: str, value: str) -> str:
    """A key that tells nobody the address or account it stands for, and fits its column whatever was typed."""
    return f"{kind}:{hashlib.sha256(value.casefold().encode()).hexdigest()[:40]}"


def blocked(key: str) -> datetime | None:
    """Until when this key is locked; None when it is free."""
    with db.engine.connect() as connection:
        until = connection.scalar(sa.select(Throttle.locked_until).where(Throttle.key == key))
    return until if until is not None and until > clock.now() else None


def attempt(key: str, most: int, minutes: int) -> datetime | None:
    """Count an attempt. None: go on (and `clear` or `forgive` if it succeeds). A moment: locked until then, nothing was counted.

    The `most`-th attempt that is not taken back within `minutes` locks the key for `minutes`.
    """
    now = clock.now()
    with _own() as connection:
        connection.execute(_insert(connection).values(key=key, failures=0, first_at=now).on_conflict_do_nothing())
        row = connection.execute(sa.select(table).where(table.c.key == key).with_for_update()).one()
        if row.locked_until is not None and row.locked_until > now:
            return row.locked_until  # type: ignore[no-any-return]
        fresh = row.locked_until is not None or row.first_at + timedelta(minutes=minutes) <= now
        failures = 1 if fresh else row.failures + 1
        connection.execute(
            sa.update(table).where(table.c.key == key).values(
                failures=failures, first_at=now if fresh else row.first_at, locked_until=now + timedelta(minutes=minutes) if failures >= most else None
            )
        )  # fmt: skip
    return None


def fail(key: str, most: int, minutes: int) -> datetime | None:
    """Count a failure known already. Returns until when the key is locked now, or None."""
    return attempt(key, most, minutes) or blocked(key)


def forgive(key: str) -> None:
    """Take one counted attempt back: it succeeded. The others stay."""
    with _own() as connection:
        connection.execute(sa.update(table).where(table.c.key == key, table.c.failures > 0).values(failures=table.c.failures - 1, locked_until=None))


def clear(key: str) -> None:
    with _own() as connection:
        connection.execute(sa.delete(table).where(table.c.key == key))


def tidy(older: timedelta = timedelta(days=1)) -> None:
    """Forget what has been quiet for a day."""
    with _own() as connection:
        connection.execute(sa.delete(table).where(table.c.first_at < clock.now() - older))


@contextmanager
def _own() -> Iterator[sa.Connection]:
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def _insert(connection: sa.Connection) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
