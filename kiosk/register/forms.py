"""What a visitor types on the way to the card. Plain values: nothing is guessed, and nothing is said about which of them is right."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow import clock
from workflow.engine import N_

FIRST_YEAR = 1900


@dataclass(frozen=True)
class Identity:
    """As typed; `problems` are pairs (field, message id) for what is empty or no date, which costs no try."""

    name: str = ""
    passport: str = ""
    year: str = ""
    month: str = ""
    day: str = ""

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Identity":
        return cls(form.get("name", "").strip()[:200], form.get("passport", "").strip()[:60], *(_digits(form.get(f"born-{part}", "")) for part in ("year", "month", "day")))

    @property
    def birth_date(self) -> date | None:
        if not (len(self.year) == 4 and all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (self.month, self.day))):
            return None
        try:
            born = date(int(self.year), int(self.month), int(self.day))
        except ValueError:
            return None
        return born if born.year >= FIRST_YEAR and born <= clock.today() else None

    @property
    def problems(self) -> list[tuple[str, str]]:
        found = []
        if not self.name:
            found.append(("name", N_("Write your full name as in the passport.")))
        if not self.passport:
            found.append(("passport", N_("Write the number of your passport.")))
        if self.birth_date is None:
            found.append(("born", N_("Write your date of birth: year, month and day, for example 1990 3 14.")))
        return found


def _digits(typed: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:20]))


def password_problems(first: str, second: str, lack: str | None) -> list[tuple[str, str]]:
    if lack:
        return [("password", lack)]
    return [] if first == second else [("again", N_("The two passwords are not the same."))]
