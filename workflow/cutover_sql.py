"""What the run needs of a database beyond plain SQL, in the two dialects of the house: SHA-256, a JSON object, and the seal of a case-file line.

The seal's text comes from ledger.canonical itself: a line with marks where a row's own values stand, cut at the marks.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from workflow import ledger
from workflow.models import Event
from workflow.roles import Actor, Role

ACTOR = Actor("cutover", (Role.CUTOVER,))
NUMBERS = ("subject_id", "seq", "from_version")
_MARK = re.compile('"@(' + "|".join(NUMBERS) + ')@"|@(from_state|to_state|previous)@')


class sha256_hex(FunctionElement):
    type = sa.String()
    inherit_cache = True


class json_of(FunctionElement):
    """json_of("number", column, "name", column): an object with these keys, in this order."""

    type = sa.Text()
    inherit_cache = True


@compiles(sha256_hex, "postgresql")
def _hex_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"encode(sha256(convert_to({compiler.process(element.clauses, **kw)}, 'UTF8')), 'hex')"


@compiles(sha256_hex, "sqlite")
def _hex_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"sha256_hex({compiler.process(element.clauses, **kw)})"


@compiles(json_of, "postgresql")
def _json_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **kw)})"


@compiles(json_of, "sqlite")
def _json_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


def ready(connection: sa.Connection) -> None:
    """SQLite has no SHA-256: it calls ours; and a chunk's pages stay in its cache (64 MiB at most) until the commit."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        driver.create_function("sha256_hex", 1, _hex, deterministic=True)  # type: ignore[union-attr]
        driver.execute("PRAGMA cache_size=-65536")  # type: ignore[union-attr]


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal(trigger: str, at: datetime, facts: dict[str, Any], values: Mapping[str, Any]) -> sa.ColumnElement[str]:
    """The hash of one case-file line a row. `values`: columns for subject_id, seq, from_version, from_state, to_state, previous."""
    marked = {name: f"@{name}@" for name in values}
    line = Event(subject="case", trigger=trigger, actor_id=None, actor_name=ACTOR.name, role=Role.CUTOVER, at=at, facts=facts, case_id=marked["subject_id"], **marked)
    parts: list[sa.ColumnElement[str]] = []
    text, here = ledger.canonical(line), 0
    for mark in _MARK.finditer(text):
        parts += [sa.literal(text[here : mark.start()], sa.Text), sa.cast(values[mark[1] or mark[2]], sa.Text)]
        here = mark.end()
    return sha256_hex(reduce(add, [*parts, sa.literal(text[here:], sa.Text)]))
