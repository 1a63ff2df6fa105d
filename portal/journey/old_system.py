"""Invented people who hold papers of the old system: physical cards, and notifications whose card was never claimed.

Written as the files that the cutover takes over, so that they arrive here as anybody's do. Periods lie around today, so that each serves its service.
"""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from workflow import clock, cutover_intake
from workflow.cutover_columns import KINDS

EMPLOYER = "91440300MA5F0000X1"


class Old(NamedTuple):
    """`ends`: days from today to the permit's last day. `notice`: the day its notification was issued, for who never claimed a card."""

    surname: str
    given_names: str
    sex: str
    nationality: str
    birth_date: str
    birth_place: str
    language: str
    passport_no: str
    position: str
    position_en: str
    ends: int
    notice: str = ""
    permit_class: str = "B"

    @property
    def name(self) -> str:
        return f"{self.surname} {self.given_names}"

    @property
    def email(self) -> str:
        return f"{self.surname.lower().replace(' ', '')}@mail.example"

    def basic(self) -> dict[str, Any]:
        """What a form asks of the person."""
        return {
            "surname": self.surname, "given_names": self.given_names, "sex": self.sex, "nationality": self.nationality, "birth_date": self.birth_date, "birth_place": self.birth_place,
            "native_language": self.language, "passport_no": self.passport_no, "email": self.email,
        }  # fmt: skip


def lasts(held: Old) -> date:
    return clock.today() + timedelta(days=held.ends)


def files(people: tuple[Old, ...], folder: Path) -> list[Path]:
    """notices.csv and cards.csv with these people, in the columns of docs/cutover.md."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, Any]]] = {"notices": [], "cards": []}
    for number, held in enumerate(people, 1):
        rows["notices" if held.notice else "cards"].append(_row(number, held))
    written = []
    for kind, some in rows.items():
        if some:
            path, codes = folder / f"{kind}.csv", [column.code for column in KINDS[kind]]
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([codes, *([row.get(code, "") for code in codes] for row in some)])
            written.append(path)
    return written


def take_over(people: tuple[Old, ...], folder: Path) -> None:
    """Bring them in through the cutover's own door. RuntimeError if it turns a row away."""
    for source in cutover_intake.in_order(files(people, folder)):
        file = cutover_intake.bring(source)
        if file.rejected:
            raise RuntimeError(f"{file.name}: {[(r.line, r.column, r.msgid, r.values) for r in cutover_intake.rejections(file.id)]}")


def _row(number: int, held: Old) -> dict[str, Any]:
    ends = lasts(held)
    begins = date.fromisoformat(held.notice) + timedelta(days=30) if held.notice else ends - timedelta(days=729)
    row = {
        "case_number": f"SL{number:012d}", "credit_code": EMPLOYER, "permit_number": f"7002023{number:011d}", "surname": held.surname, "given_names": held.given_names, "sex": held.sex,
        "birth_date": held.birth_date, "nationality": held.nationality, "passport_no": held.passport_no, "email": held.email, "class": held.permit_class, "position": held.position,
        "position_en": held.position_en, "work_division": "440305", "valid_from": begins, "valid_to": ends, "issued_on": held.notice or begins - timedelta(days=10),
    }  # fmt: skip
    return row | ({"notice_number": f"XKTZ{number:08d}", "claimed": "no"} if held.notice else {"card_number": f"XKZ{number:08d}"})
