"""What is still missing or wrong in a filing: answer by answer, then across answers. Pure: it reads values, tables and a date.

`problems` block filing and are shown beside the field; what concerns an uploaded file is a Finding (workflow/intake).
Sources: domain.md section 8 (fields with a source), 4 (validity and dates), 3.1 (ages), seed 002 question 10.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.engine import N_
from workflow.fields import Field, Problem, Section, problem, read
from workflow.profiles import NATIONAL, Profile
from workflow.services import Service

LEAST_AGE = 18
MONTHS = tuple(f"{n:02d}" for n in range(1, 13))
PASSPORT_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the answers are compared with: the day, and the employer's and handler's own contacts."""

    today: date
    handler_email: str = ""
    handler_phone: str = ""
    employer_phone: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)  # what the permit said when the filing began (workflow/asking.py), {} for a first filing
    profile: Profile = NATIONAL


def missing(service: Service, answers: Mapping[str, Any], attached: set[str], committed: set[str]) -> list[Problem]:
    """Required answers and materials that are not there."""
    found = []
    for section in service.all_sections:
        held: Any = answers.get(section.code) or ([] if section.repeating else {})
        rows: list[tuple[int | None, Any]] = list(enumerate(held)) if section.repeating else [(None, held)]
        if section.repeating and len(rows) < section.least:
            found.append(problem(section.code, N_("%(label)s: at least %(limit)s entry is needed."), label=section.title, limit=section.least))
        for index, row in rows:
            found += [problem(_target(section, index, f), N_("%(label)s is missing."), label=f.label) for f in section.fields if f.required and f.asked(row) and row.get(f.code) in (None, "", [])]
    for needed in service.materials:
        if needed.due(answers) and needed.code not in attached | committed:
            found.append(problem(f"material.{needed.code}", N_("%(label)s is missing."), label=needed.material.label))
    return found


def problems(service: Service, answers: Mapping[str, Any], around: Surroundings) -> list[Problem]:
    """Everything typed that cannot stand: unreadable values first, then what contradicts another answer or the rules."""
    found = []
    for section in service.all_sections:
        found += section_problems(section, answers.get(section.code), answers, around)
    return found


def section_problems(section: Section, held: Any, answers: Mapping[str, Any], around: Surroundings) -> list[Problem]:
    found = []
    rows = list(enumerate(held or [])) if section.repeating else [(None, held or {})]
    for index, row in rows:
        for asked in section.fields:
            value = row.get(asked.code)
            if value in (None, ""):
                continue
            _, wrong = read(asked, str(value))
            if wrong:
                found.append(problem(_target(section, index, asked), wrong[0], label=asked.label, **wrong[1]))
    rules = _RULES.get(section.code)
    if rules:
        found += [p for p in rules(answers, around) if p.target not in {f.target for f in found}]
    return found


def _target(section: Section, index: int | None, field: Field) -> str:
    return f"{section.code}.{field.code}" if index is None else f"{section.code}.{index}.{field.code}"


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def month(value: Any) -> str:
    """The value if it is a year and month, otherwise "": what cannot be read is told elsewhere and compared with nothing."""
    text = str(value or "")
    return text if len(text) == 7 and text[4] == "-" and text[:4].isascii() and text[:4].isdigit() and text[5:] in MONTHS else ""


def months_later(start: date, months: int) -> date:
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days))


def age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _class_ground(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    held = answers.get("class_ground") or {}
    claimed, ground = held.get("class"), held.get("ground")
    if claimed and ground and not str(ground).startswith(f"{claimed}_"):
        yield problem("class_ground.ground", N_("The ground belongs to class %(measured)s, but class %(limit)s is applied for. Choose a ground of that class, or the other class."), measured=str(ground)[:1], limit=claimed)


def _basic(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    held = answers.get("basic") or {}
    birth, issued, expires = day(held.get("birth_date")), day(held.get("passport_issued")), day(held.get("passport_expires"))
    if birth and birth > around.today:
        yield problem("basic.birth_date", N_("The date of birth %(measured)s lies in the future."), measured=birth.isoformat())
    elif birth and age(birth, around.today) < LEAST_AGE:
        yield problem("basic.birth_date", N_("The applicant is %(measured)s years old; work permits begin at %(limit)s."), measured=age(birth, around.today), limit=LEAST_AGE)
    if issued and issued > around.today:
        yield problem("basic.passport_issued", N_("The passport's date of issue %(measured)s lies in the future."), measured=issued.isoformat())
    if issued and expires and expires <= issued:
        yield problem("basic.passport_expires", N_("The passport expires on %(measured)s, which is not after its issue on %(limit)s. Check both dates in the passport."), measured=expires.isoformat(), limit=issued.isoformat())
    elif expires and expires < months_later(around.today, PASSPORT_MONTHS):
        yield problem("basic.passport_expires", N_("The passport expires on %(measured)s; it must be valid until %(limit)s at least. Renew it first."), measured=expires.isoformat(), limit=months_later(around.today, PASSPORT_MONTHS).isoformat())
    if held.get("former_chinese") == "yes" and not held.get("chinese_name"):
        yield problem("basic.chinese_name", N_("Former Chinese nationals give their Chinese name."))
    if held.get("nationality") == "CHN":
        yield problem("basic.nationality", N_("Chinese nationals need no work permit for foreigners."))
    if held.get("email") and around.handler_email and held["email"].lower() == around.handler_email.lower():
        yield problem("basic.email", N_("This is the handler's own e-mail. Give the applicant's, or the code for the electronic card will not reach the applicant."))
    mobile = _digits(held.get("mobile"))
    if mobile and mobile in {_digits(around.handler_phone), _digits(around.employer_phone)}:
        yield problem("basic.mobile", N_("This number belongs to the employer or its handler. Give the applicant's own."))


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdigit()).removeprefix("86")


def _application(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    held = answers.get("application") or {}
    monthly, yearly = held.get("pay_monthly"), held.get("pay_yearly")
    if isinstance(monthly, int) and isinstance(yearly, int) and yearly < monthly:
        yield problem("application.pay_yearly", N_("The yearly pay of %(measured)s is less than the monthly pay of %(limit)s."), measured=yearly, limit=monthly)
    if held.get("seconded") == "yes" and not held.get("sender"):
        yield problem("application.sender", N_("Name the company that seconds the applicant."))


def _periods(code: str) -> Any:
    def rule(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
        for index, row in enumerate(answers.get(code) or []):
            start, end = month(row.get("start")), month(row.get("end"))
            if start and end and end < start:
                yield problem(f"{code}.{index}.end", N_("The period ends in %(measured)s, before it begins in %(limit)s."), measured=end, limit=start)
        if code == "work":
            yield from _gaps(answers.get("work") or [], answers.get("education") or [], around)

    return rule


def _gaps(work: list, education: list, around: Surroundings) -> Iterator[Problem]:
    """The work history has no gap longer than three months, since graduation or the last ten years."""
    spans = sorted((month(r.get("start")), month(r.get("end"))) for r in work if month(r.get("start")) and month(r.get("end")))
    graduated = max((month(r.get("end")) for r in education), default="")
    begin = max(graduated, f"{around.today.year - 10:04d}-{around.today.month:02d}")
    reached = begin
    for start, end in spans:
        if _month_number(start) - _month_number(reached) > 3:
            break
        reached = max(reached, end)
    upto = around.today.isoformat()[:7]
    later = [s for s, _ in spans if s > reached]
    if spans and (later or _month_number(upto) - _month_number(reached) > 3):
        yield problem("work", N_("Work experience has a gap from %(measured)s to %(limit)s. Add what was done then; without work write for instance “looking for work”."), measured=reached, limit=min(later, default=upto))


def _month_number(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7])


def _family(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    for index, row in enumerate(answers.get("family") or []):
        born = day(row.get("birth_date"))
        if row.get("nationality") == "CHN":
            yield problem(f"family.{index}.nationality", N_("Chinese nationals are not entered as accompanying family."))
        if row.get("relation") == "child" and born and age(born, around.today) >= LEAST_AGE:
            yield problem(f"family.{index}.birth_date", N_("This child is %(measured)s years old; only children under %(limit)s accompany."), measured=age(born, around.today), limit=LEAST_AGE)


_RULES = {"class_ground": _class_ground, "basic": _basic, "application": _application, "education": _periods("education"), "work": _periods("work"), "family": _family}
