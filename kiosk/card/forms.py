"""What the holder types at the card's door."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.engine import N_


@dataclass(frozen=True)
class SignIn:
    number: str = ""
    password: str = ""

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "SignIn":
        return cls(form.get("number", "").strip()[:60], form.get("password", "")[:200])

    @property
    def problems(self) -> list[tuple[str, str]]:
        found = []
        if not self.number:
            found.append(("number", N_("Write the work permit number: 18 digits, on the letter.")))
        if not self.password:
            found.append(("password", N_("Write the password of the card.")))
        return found
