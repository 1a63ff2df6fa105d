"""What a posted page says, as the domain takes it: plain texts by field, rows in their order. Reading the values is the domain's (fields.read)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from workflow.fields import Section

MOST_ROWS = 40
LONGEST = 6000  # characters of one answer; the largest limit of a field is 1,000


def typed(section: Section, form: MultiDict) -> Any:
    """A mapping {field: text}, or for a repeating section the rows, blank ones included. Names are section-field and section-row-field."""
    if not section.repeating:
        return {f.code: _one(form, f"{section.code}-{f.code}") for f in section.fields if f"{section.code}-{f.code}" in form}
    pattern = re.compile(rf"{section.code}-([0-9]{{1,3}})-")
    numbers = sorted({int(found[1]) for name in form if (found := pattern.match(name))})[:MOST_ROWS]
    return [{f.code: _one(form, f"{section.code}-{n}-{f.code}") for f in section.fields} for n in numbers]


def _one(form: MultiDict, name: str) -> str:
    return ",".join(form.getlist(name))[:LONGEST]


def seen(form: Mapping[str, str]) -> int | None:
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def key(form: Mapping[str, str]) -> str | None:
    return form.get("key", "")[:40] or None


def day(text: str) -> date | None:
    """A date as typed, None if it is empty or none. Dots and slashes are taken too."""
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-")[:10]) if text.strip() else None
    except ValueError:
        return None
