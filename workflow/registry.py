"""The business registry: is there a company with this code, and is that its name? The embedded default is a table of invented companies.

With REGISTRY_URL set the registry is asked over HTTP (registry_http.py). When it gives no answer, the answer is UNCHECKED: nobody is refused
for a failure that is not theirs; the employer registers, and a job asks again (accounts.check_later).

GB 32100-2015 for the code's form and check digit (python-stdnum); seed 002 question 19 for the three ways in which registering fails.
"""

from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, current_app
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from workflow.models import RegistryEntry, db
from workflow.registry_http import Entry, HttpRegistry, Unreachable

ALPHABET = set("0123456789ABCDEFGHJKLMNPQRTUWXY")


class Answer(StrEnum):
    MATCH = "match"
    MALFORMED = "malformed"
    NAME_DIFFERS = "name_differs"
    NOT_FOUND = "not_found"
    UNCHECKED = "unchecked"  # the registry gave no answer


@dataclass(frozen=True, slots=True)
class Found:
    answer: Answer
    code: str
    warning: bool = False  # the check digit is wrong; a few real codes are so, therefore said and not refused
    odd: str = ""  # what is malformed: a character, or the length


def malformed(code: str) -> Found | None:
    """What is wrong with the code as it is written, without asking anybody; None if nothing is."""
    tidy = _tidy(code)
    odd = next((c for c in tidy if c not in ALPHABET), "")
    if odd or len(tidy) != 18 or not tidy[2:8].isdigit():
        return Found(Answer.MALFORMED, tidy, odd=odd or (str(len(tidy)) if len(tidy) != 18 else tidy[2:8]))
    return None


def look_up(code: str, name: str) -> Found:
    """Compare a unified social credit code (18 of 0-9A-Z without I O Z S V) and a name with the registry."""
    if odd := malformed(code):
        return odd
    tidy = _tidy(code)
    warning = not _check_digit_holds(tidy)
    try:
        entry = entry_of(tidy)
    except Unreachable:
        return Found(Answer.UNCHECKED, tidy, warning)
    if entry is None:
        return Found(Answer.NOT_FOUND, tidy, warning)
    return Found(Answer.MATCH if _plain(entry.name) == _plain(name) else Answer.NAME_DIFFERS, tidy, warning)


def _tidy(code: str) -> str:
    return "".join(code.split()).upper().replace("-", "")


def entry_of(code: str) -> Entry | None:
    """What the registry has under this code; None if nothing. Raises Unreachable."""
    outside = current_app.extensions.get("registry")
    if outside is not None:
        return outside.entry(code)  # type: ignore[no-any-return]
    row = db.session.get(RegistryEntry, code)
    return Entry(row.name, row.legal_representative, row.address, row.registered_on.isoformat() if row.registered_on else "") if row else None


def bind(app: Flask, outside: HttpRegistry | None) -> None:
    """Which registry this application asks: the one outside, or None for the embedded table."""
    app.extensions["registry"] = outside


def _check_digit_holds(code: str) -> bool:
    try:
        uscc.validate(code)
    except InvalidChecksum:
        return False
    except ValidationError:
        return True  # form was looked at above; the package is stricter about the inner organisation code
    return True


def _plain(name: str) -> str:
    """Names are compared without spaces and with half-width brackets: 公司（深圳） is 公司(深圳)."""
    return "".join(name.split()).replace("（", "(").replace("）", ")").casefold()
