"""The business registry: is there a company with this code, and is that its name? The embedded default is a table of invented companies.

GB 32100-2015 for the code's form and check digit (python-stdnum); seed 002 question 19 for the three ways in which registering fails.
"""

from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from workflow.models import RegistryEntry, db

ALPHABET = set("0123456789ABCDEFGHJKLMNPQRTUWXY")


class Answer(StrEnum):
    MATCH = "match"
    MALFORMED = "malformed"
    NAME_DIFFERS = "name_differs"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Found:
    answer: Answer
    code: str
    warning: bool = False  # the check digit is wrong; a few real codes are so, therefore said and not refused
    odd: str = ""  # what is malformed: a character, or the length


def look_up(code: str, name: str) -> Found:
    """Compare a unified social credit code (18 of 0-9A-Z without I O Z S V) and a name with the registry."""
    tidy = "".join(code.split()).upper().replace("-", "")
    odd = next((c for c in tidy if c not in ALPHABET), "")
    if odd or len(tidy) != 18 or not tidy[2:8].isdigit():
        return Found(Answer.MALFORMED, tidy, odd=odd or (str(len(tidy)) if len(tidy) != 18 else tidy[2:8]))
    warning = not _check_digit_holds(tidy)
    entry = db.session.get(RegistryEntry, tidy)
    if entry is None:
        return Found(Answer.NOT_FOUND, tidy, warning)
    return Found(Answer.MATCH if _plain(entry.name) == _plain(name) else Answer.NAME_DIFFERS, tidy, warning)


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
