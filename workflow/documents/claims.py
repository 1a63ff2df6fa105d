"""The facts inside a code: a documented integer map, written as deterministic CBOR (RFC 8949, section 4.2).

The outer map is a CWT claims set (RFC 8392), so any CWT library reads it: 1 issuer, 4 expiry, 6 issued, 7 reference.
What the registry has no number for lies in one private claim, -65537, as a map with small integers.
docs/credential.md is the public description; the numbers below are for ever, a meaning is never given a second time.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import cbor2

PRIVATE = -65537

KINDS = {
    "notification": 1, "decision": 2, "one_time_notice": 3, "correction": 4, "acceptance": 5, "non_acceptance": 6,
    "return_note": 7, "refusal": 8, "time_extension": 9, "filing_receipt": 10, "originals_receipt": 11,
    "originals_non_acceptance": 12, "residence_decision": 13, "residence_refusal": 14,
    "short_notification": 15, "registration_slip": 16, "cancellation_proof": 17, "permit_proof": 18,
}  # fmt: skip

# name in the dict, number in the map, how it is written. Order is that of the map.
OUTER = (
    ("iss", 1, "text"),          # who issues, and in which environment: "440300", "specimen.440300"
    ("valid_until", 4, "end"),   # last day on which the paper itself counts; NumericDate of the midnight after it
    ("issued", 6, "start"),      # day of issue; NumericDate of its first second in China
    ("ref", 7, "ascii"),         # the reference under the code
)  # fmt: skip
INNER = (
    ("kind", 1, "kind"),
    ("permit_number", 2, "text"),
    ("name", 3, "text"),             # as in the machine-readable zone: Latin capitals
    ("nationality", 4, "text"),      # ISO 3166-1 alpha-3
    ("class", 5, "text"),            # A, B, C
    ("employer", 6, "short"),        # Chinese name, cut after EMPLOYER_BYTES
    ("division", 7, "number"),       # GB/T 2260, six digits
    ("valid_from", 8, "day"),        # the permit's own period: days since 1970-01-01
    ("valid_to", 9, "day"),
    ("passport_last4", 10, "last4"),  # never more of the passport number than this
)  # fmt: skip
REQUIRED = frozenset({"iss", "issued", "ref", "kind"})
EMPLOYER_BYTES = 75  # twenty-five Han characters: with them the symbol stays at version 13 and 35 mm

_CHINA = dt.timezone(dt.timedelta(hours=8))
_EPOCH = dt.date(1970, 1, 1)
_KIND_NAMES = {number: name for name, number in KINDS.items()}


def encode(claims: Mapping[str, object]) -> bytes:
    """Claims by name (dates as ISO strings, division as a six-digit string) to CBOR.

    None and "" are left out. Raises ValueError for an unknown name, a missing required one or a wrong value.
    The same facts always give the same bytes.
    """
    facts = {name: value for name, value in claims.items() if value not in (None, "")}
    unknown = facts.keys() - {name for name, _, _ in OUTER + INNER}
    if unknown or not facts.keys() >= REQUIRED:
        raise ValueError(f"claims unknown: {sorted(unknown)}; missing: {sorted(REQUIRED - facts.keys())}")
    outer: dict[int, Any] = {number: _write(facts[name], form, name) for name, number, form in OUTER if name in facts}
    outer[PRIVATE] = {number: _write(facts[name], form, name) for name, number, form in INNER if name in facts}
    return cbor2.dumps(outer, canonical=True)


def decode(payload: bytes) -> dict[str, object]:
    """The claims by name. Raises ValueError for anything that `encode` would not have written, byte for byte."""
    try:
        outer = cbor2.loads(payload)
        inner = outer.pop(PRIVATE)
        facts: dict[str, object] = {name: _read(outer.pop(number), form) for name, number, form in OUTER if number in outer}
        facts |= {name: _read(inner.pop(number), form) for name, number, form in INNER if number in inner}
        again = encode(facts)
    except (cbor2.CBORError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("not a claims map") from error
    if outer or inner or again != payload:
        raise ValueError("a claims map with parts that are not ours, or not written canonically")
    return facts


def _write(value: object, form: str, name: str) -> object:
    try:
        return _WRITERS[form](value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"claim {name} cannot be {value!r}") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _short(value: object) -> str:
    text = _text(value)
    if len(text.encode()) <= EMPLOYER_BYTES:
        return text
    return text.encode()[: EMPLOYER_BYTES - 3].decode(errors="ignore") + "…"


def _last4(value: object) -> str:
    if len(_text(value)) > 4:
        raise ValueError("four characters of the passport number at most")
    return _text(value)


def _day(value: object) -> dt.date:
    return dt.date.fromisoformat(_text(value))


def _midnight(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=_CHINA).timestamp())


def _china_day(second: int) -> dt.date:
    return dt.datetime.fromtimestamp(second, _CHINA).date()


def _read(value: object, form: str) -> str:
    return _READERS[form](value)


_WRITERS: dict[str, Callable[[object], object]] = {
    "text": _text,
    "short": _short,
    "last4": _last4,
    "ascii": lambda value: _text(value).encode("ascii"),
    "kind": lambda value: KINDS[_text(value)],
    "number": lambda value: int(_text(value)),
    "day": lambda value: (_day(value) - _EPOCH).days,
    "start": lambda value: _midnight(_day(value)),
    "end": lambda value: _midnight(_day(value) + dt.timedelta(days=1)),
}
_READERS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "short": _text,
    "last4": _text,
    "ascii": lambda value: value.decode("ascii"),
    "kind": lambda value: _KIND_NAMES[value],
    "number": lambda value: f"{value:06d}",
    "day": lambda value: (_EPOCH + dt.timedelta(days=value)).isoformat(),
    "start": lambda value: _china_day(value).isoformat(),
    "end": lambda value: (_china_day(value) - dt.timedelta(days=1)).isoformat(),
}
