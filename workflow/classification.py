"""Class A, B or C by points: the table as data, and the sum explained line by line. Pure.

Source: 积分要素计分赋值表（暂行）, as in domain.md 3.2. Pay intervals (10,000 yuan a year) are closed on the left and open on the right.
The superseded trial table of 2017 (other HSK and experience points) is not used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.engine import N_

LEAST_A, LEAST_B = 85, 60

# at least (ten thousand yuan a year) → points
PAY = ((45, 20), (35, 17), (25, 14), (15, 11), (7, 8), (5, 5))
DEGREE = {"doctor": 20, "master": 15, "bachelor": 10}
MONTHS = ((9, 15), (6, 10), (3, 5))
HSK = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 5}
AGE = ((18, 25, 10), (26, 45, 15), (46, 55, 10), (56, 60, 5))
EXPERIENCE_FROM, EXPERIENCE_FIRST, EXPERIENCE_MOST = 2, 5, 20
REGION, BONUS, LOCAL_MOST = 10, 5, 10


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the explanation: the element, what was counted, its points, the most it can give."""

    element: str
    measured: str
    points: int
    most: int


def at_least(table: tuple[tuple[int, int], ...], value: float) -> int:
    return next((points for least, points in table if value >= least), 0)


def experience_points(years: int) -> int:
    """Two full years give 5, each further full year one more, at most 20 (17 years)."""
    return min(EXPERIENCE_FIRST + years - EXPERIENCE_FROM, EXPERIENCE_MOST) if years >= EXPERIENCE_FROM else 0


def age_points(age: int) -> int:
    return next((points for low, high, points in AGE if low <= age <= high), 0)


def explain(facts: Mapping[str, Any]) -> list[Line]:
    """Facts: yearly_pay (yuan), degree, experience_years, months, hsk, former_chinese, region, age, bonus (any one of four), local."""
    chinese = 5 if facts.get("former_chinese") else HSK.get(str(facts.get("hsk")), 0)
    pay = (facts.get("yearly_pay") or 0) / 10_000
    return [
        Line(N_("Yearly pay from the employer in China"), f"{pay:g}", at_least(PAY, pay), 20),
        Line(N_("Education or professional qualification"), str(facts.get("degree") or ""), DEGREE.get(str(facts.get("degree")), 0), 20),
        Line(N_("Years of related work"), str(facts.get("experience_years") or 0), experience_points(int(facts.get("experience_years") or 0)), 20),
        Line(N_("Months in China per year"), str(facts.get("months") or 0), at_least(MONTHS, facts.get("months") or 0), 15),
        Line(N_("Chinese proficiency"), str(facts.get("hsk") or ""), chinese, 5),
        Line(N_("Place of work in the west, the north-east or a poor county"), "", REGION if facts.get("region") else 0, 10),
        Line(N_("Age"), str(facts.get("age") or ""), age_points(int(facts.get("age") or 0)), 15),
        Line(N_("Leading university, Fortune Global 500, patents, or five years of work in China"), "", BONUS if facts.get("bonus") else 0, 5),
        Line(N_("Local bonus"), str(facts.get("local") or 0), min(max(int(facts.get("local") or 0), 0), LOCAL_MOST), 10),
    ]


def total(lines: list[Line]) -> int:
    return sum(line.points for line in lines)


def class_of(points: int) -> str:
    return "A" if points >= LEAST_A else "B" if points >= LEAST_B else "C"


def facts_from(answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    """What the form alone tells: pay, highest degree, work history in full years, months, HSK, age. Bonuses are the officer's to grant."""
    basic, asked = answers.get("basic") or {}, answers.get("application") or {}
    order = list(DEGREE)
    degrees = [row.get("level") for row in answers.get("education") or [] if row.get("level") in DEGREE]
    try:
        born = date.fromisoformat(basic.get("birth_date") or "")
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    except ValueError:
        age = 0
    return {
        "yearly_pay": asked.get("pay_yearly") if isinstance(asked.get("pay_yearly"), int) else 0,
        "degree": min(degrees, key=order.index) if degrees else "",
        "experience_years": _full_years(answers.get("work") or []),
        "months": asked.get("months_per_year") if isinstance(asked.get("months_per_year"), int) else 0,
        "hsk": basic.get("hsk"),
        "former_chinese": basic.get("former_chinese") == "yes",
        "age": age,
    }


def _full_years(work: list[Mapping[str, Any]]) -> int:
    """Months covered by rows with a position, overlaps counted once, in full years."""
    covered: set[int] = set()
    for row in work:
        start, end = str(row.get("start") or ""), str(row.get("end") or "")
        if row.get("position") and len(start) == 7 and len(end) == 7 and start <= end:
            covered |= set(range(int(start[:4]) * 12 + int(start[5:]), int(end[:4]) * 12 + int(end[5:]) + 1))
    return len(covered) // 12
