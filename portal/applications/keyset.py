"""Paging by key: a page begins after (or before) the last row one saw, so nothing is skipped or doubled when the list changes meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for

from workflow.models import db

SIZE = 20


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    earlier: str  # address of the page before, "" at the beginning
    later: str


def page(query: sa.Select, keys: Sequence[Any], readers: Sequence[Callable[[str], Any]], *, descending: bool = False, size: int = SIZE) -> Page:
    """The page named by ?after= or ?before= (keys joined by dots), in the order of `keys`. An unreadable key is the beginning."""
    after, before = _read("after", readers), _read("before", readers)
    backwards = before is not None
    mark = before if backwards else after
    upwards = backwards == descending
    if mark is not None:
        query = query.where(_beyond(keys, mark, upwards))
    ordered = query.add_columns(*(k.label(f"key_{n}") for n, k in enumerate(keys))).order_by(*(k.asc() if upwards else k.desc() for k in keys))
    found = list(db.session.execute(ordered.limit(size + 1)).unique())
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    rows = [row[0] for row in found]
    first, last = (_text(found[0][1:]), _text(found[-1][1:])) if found else ("", "")
    there_is_before = more if backwards else mark is not None
    there_is_after = bool(found) if backwards else more
    return Page(rows, _address(before=first) if there_is_before and first else "", _address(after=last) if there_is_after and last else "")


def _read(name: str, readers: Sequence[Callable[[str], Any]]) -> tuple | None:
    parts = request.args.get(name, "")[:60].split(".")
    try:
        values = tuple(reader(part) for reader, part in zip(readers, parts, strict=True))
    except ValueError:
        return None
    return values if all(not isinstance(v, int) or 0 <= v < 10**9 for v in values) else None


def _beyond(keys: Sequence[Any], mark: tuple, upwards: bool) -> sa.ColumnElement[bool]:
    """(a, b, c) > (x, y, z) spelled out, so that every database reads it alike."""
    steps = []
    for n, key in enumerate(keys):
        here = key > mark[n] if upwards else key < mark[n]
        steps.append(sa.and_(*(k == m for k, m in zip(keys[:n], mark[:n], strict=True)), here))
    return sa.or_(*steps)


def _text(values: Sequence[Any]) -> str:
    return ".".join(str(v) for v in values)


def _address(**mark: str) -> str:
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k in ("show", "q") and v}
    return url_for(request.endpoint or "", **{**kept, **mark})
