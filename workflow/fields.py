"""The grammar of a form: a Field is one question, a Section one page of them. What is asked stands in workflow/questions.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.engine import N_, Said


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `choices` are pairs (value, English label); `when` is (other field, its values) under which it is asked at all."""

    code: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 200
    autocomplete: str = ""
    width: str = ""
    when: tuple[str, tuple[str, ...]] | None = None
    minimum: int | None = None
    maximum: int | None = None

    def asked(self, values: Mapping[str, Any]) -> bool:
        return self.when is None or values.get(self.when[0]) in self.when[1]


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. A repeating section holds a list of rows; `least` says how many are needed to file."""

    code: str
    title: str
    fields: tuple[Field, ...]
    repeating: bool = False
    hint: str = ""
    row_title: str = ""
    least: int = 0

    def field(self, code: str) -> Field | None:
        return next((f for f in self.fields if f.code == code), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one answer: where, and the sentence. `target` is section.field or section.row.field."""

    target: str
    msgid: str
    values: dict[str, Any]

    @property
    def anchor(self) -> str:
        return self.target.replace(".", "-")


def problem(target: str, msgid: str, **values: Any) -> Problem:
    """`label` and other values that are message ids themselves are wrapped as Said, so the door translates them too."""
    if "label" in values:
        values["label"] = Said(values["label"])
    return Problem(target, msgid, values)


_LATIN_EXTRA = " '’-.,/()"
KINDS = ("text", "latin", "longtext", "date", "month", "integer", "money", "choice", "country", "email", "phone", "yesno", "checks")


def read(field: Field, raw: str) -> tuple[Any, tuple[str, dict] | None]:
    """Turn what was typed into what is stored. Returns (value, None) or (what was typed, (msgid, values)); nothing typed is ever dropped."""
    text = " ".join(raw.replace("\x00", "").split()) if field.kind != "longtext" else raw.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        return "", None
    if len(text) > field.max_length:
        return text, (N_("%(label)s: %(measured)s characters were typed, the limit is %(limit)s. Please shorten it."), {"measured": len(text), "limit": field.max_length})
    reader = _READERS.get(field.kind)
    return reader(field, text) if reader else (text, None)


def _date(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    cleaned = text.replace("/", "-").replace(".", "-")
    parts = cleaned.split("-")
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])).isoformat() if len(parts) == 3 and len(parts[0]) == 4 else _raise(), None
    except (ValueError, IndexError):
        return text, (N_("%(label)s: “%(measured)s” is not a date of the calendar. Write year-month-day, for example 1990-03-14."), {"measured": text})


def _month(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        return date(int(parts[0]), int(parts[1]), 1).isoformat()[:7] if len(parts) in (2, 3) and len(parts[0]) == 4 else _raise(), None
    except (ValueError, IndexError):
        return text, (N_("%(label)s: “%(measured)s” is not a month. Write year-month, for example 2019-03."), {"measured": text})


def _raise() -> str:
    raise ValueError


def _integer(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    digits = text.replace(",", "").replace("，", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return text, (N_("%(label)s: “%(measured)s” is not a whole number. Write digits only, for example 32000."), {"measured": text})
    number = int(digits)
    if field.minimum is not None and number < field.minimum:
        return text, (N_("%(label)s: %(measured)s is less than %(limit)s."), {"measured": number, "limit": field.minimum})
    if field.maximum is not None and number > field.maximum:
        return text, (N_("%(label)s: %(measured)s is more than %(limit)s."), {"measured": number, "limit": field.maximum})
    return number, None


def _email(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    local, at, domain = text.partition("@")
    if not (local and at and "." in domain and " " not in text and not domain.startswith(".") and not domain.endswith(".") and "@" not in domain):
        return text, (N_("%(label)s: “%(measured)s” is not an e-mail address. It has the form name@example.com."), {"measured": text})
    return text, None


def _phone(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    bare = text.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 15):
        return text, (N_("%(label)s: “%(measured)s” is not a telephone number. Use digits, with + and the country code for numbers abroad."), {"measured": text})
    return text, None


def _choice(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    if text not in {value for value, _ in field.choices}:
        return text, (N_("%(label)s: please choose one of the offered answers."), {"measured": text})
    return text, None


def _yesno(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    return (text, None) if text in ("yes", "no") else (text, (N_("%(label)s: please choose one of the offered answers."), {"measured": text}))


def _country(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    code = text.upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        return text, (N_("%(label)s: please choose one of the offered answers."), {"measured": text})
    return code, None


def _latin(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    """Names and document numbers as in the passport's machine-readable zone: Latin letters. Accents are kept; other scripts cannot stand there."""
    odd = next((c for c in text if not (c.isascii() and (c.isalnum() or c in _LATIN_EXTRA)) and not ("\u00c0" <= c <= "\u024f" or "\u1e00" <= c <= "\u1eff" or c in "’")), None)
    if odd:
        return text, (
            N_("%(label)s: “%(measured)s” is not a Latin letter. Copy the spelling from the two lines of letters at the foot of the passport's photo page."),
            {"measured": odd},
        )
    return text.upper(), None


def _document(field: Field, text: str) -> tuple[Any, tuple[str, dict] | None]:
    code = text.replace(" ", "").replace("-", "").upper()
    if not (code.isascii() and code.isalnum() and 4 <= len(code) <= 14):
        return text, (N_("%(label)s: “%(measured)s” cannot be a document number. It has 4 to 14 letters and digits."), {"measured": text})
    return code, None


_READERS = {
    "date": _date,
    "month": _month,
    "integer": _integer,
    "money": _integer,
    "email": _email,
    "phone": _phone,
    "choice": _choice,
    "yesno": _yesno,
    "country": _country,
    "latin": _latin,
    "document": _document,
}
