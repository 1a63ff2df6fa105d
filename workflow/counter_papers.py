"""What a move of the residence step notes on its row, and the facts of the paper it leaves: one row a trigger."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow import appointments, clock, i18n, together, words
from workflow.checking import day
from workflow.engine import N_, Refused
from workflow.materials import MATERIALS
from workflow.models import Original, Residence

NUMBER_LENGTH = range(4, 31)


def facts_for(trigger: str, residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    return FACTS[trigger](residence, by, asked)


def line(original: Original) -> dict[str, str]:
    """One original as its paper names it."""
    material = MATERIALS[original.kind]
    verdict = words.VERDICTS[original.verdict] if original.verdict else ""
    return {"zh": i18n.chinese(material.original), "en": material.original, "verdict_zh": i18n.chinese(verdict), "verdict_en": verdict, "note": original.note}


def _receipt(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    appointments.end(residence, "kept")
    return {"together": residence.joint, "items": [line(o) for o in residence.originals], "officer_window": by.name}


def _declined(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    appointments.end(residence, "kept")
    return {"together": residence.joint, "missing": [line(o) for o in residence.wanting], "reason": ""}


def _granted(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    residence.decided_at = clock.now()  # first: the database refuses a decided step without its moment, and reading flushes
    number, first, last = "".join(asked["residence_number"].split()).upper(), _day(asked, "valid_from"), _day(asked, "valid_to")
    if len(number) not in NUMBER_LENGTH or not number.replace("-", "").isascii() or not number.replace("-", "").isalnum():
        raise Refused("asks:residence_number", N_("“%(measured)s” cannot be the number of a residence permit: it has 4 to 30 letters, digits and hyphens."), measured=number[:40])
    if last < first:
        raise Refused("asks:valid_to", N_("The last day %(measured)s lies before the first, %(limit)s."), measured=last.isoformat(), limit=first.isoformat())
    if last <= clock.today():
        raise Refused("asks:valid_to", N_("The last day %(measured)s has passed already."), measured=last.isoformat())
    if residence.permit and last > residence.permit.valid_to:
        raise Refused("asks:valid_to", N_("The last day %(measured)s lies after the work permit's own, %(limit)s."), measured=last.isoformat(), limit=residence.permit.valid_to.isoformat())
    residence.residence_number, residence.valid_from, residence.valid_to = number, first, last
    return {**together.police(residence.case), "residence_number": number, "valid_from": first.isoformat(), "valid_to": last.isoformat()}


def _refused(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    residence.decided_at = clock.now()
    return {**together.police(residence.case), "reason": asked["reason"], "grounds": []}


def _day(asked: dict[str, str], name: str) -> date:
    value = day(asked[name].replace("/", "-").replace(".", "-"))
    if value is None:
        raise Refused(f"asks:{name}", N_("“%(measured)s” is not a date of the calendar. Write year-month-day, for example 2026-12-31."), measured=asked[name][:40])
    return value


def _missed(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    appointments.end(residence, "missed")
    return {}


FACTS: dict[str, Callable[[Residence, Any, dict[str, str]], dict[str, Any]]] = {
    "book": appointments.take,
    "move_appointment": appointments.take,
    "miss_appointment": _missed,
    "verify_originals": _receipt,
    "decline_originals": _declined,
    "grant_residence": _granted,
    "refuse_residence": _refused,
}
