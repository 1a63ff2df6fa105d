"""What a move of the residence step notes on its row, and the facts of the paper it leaves: one row a trigger."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workflow import clock, i18n, words
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
    return {"items": [line(o) for o in residence.originals], "officer_window": by.name}


def _declined(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    return {"missing": [line(o) for o in residence.wanting], "reason": ""}


def _granted(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    residence.decided_at = clock.now()  # first: the database refuses a decided step without its moment, and reading flushes
    number, first, last = "".join(asked["residence_number"].split()).upper(), _day(asked, "valid_from"), _day(asked, "valid_to")
    if len(number) not in NUMBER_LENGTH or not number.replace("-", "").isascii() or not number.replace("-", "").isalnum():
        raise Refused("asks:residence_number", N_("“%(measured)s” cannot be the number of a residence permit: it has 4 to 30 letters, digits and hyphens."), measured=number[:40])
    if last < first:
        raise Refused("asks:valid_to", N_("The last day %(measured)s lies before the first, %(limit)s."), measured=last.isoformat(), limit=first.isoformat())
    if last <= clock.today():
        raise Refused("asks:valid_to", N_("The last day %(measured)s has passed already."), measured=last.isoformat())
    if last > residence.permit.valid_to:
        raise Refused("asks:valid_to", N_("The last day %(measured)s lies after the work permit's own, %(limit)s."), measured=last.isoformat(), limit=residence.permit.valid_to.isoformat())
    residence.residence_number, residence.valid_from, residence.valid_to = number, first, last
    return {**_police(residence), "residence_number": number, "valid_from": first.isoformat(), "valid_to": last.isoformat()}


def _refused(residence: Residence, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    residence.decided_at = clock.now()
    return {**_police(residence), "reason": asked["reason"], "grounds": []}


def _police(residence: Residence) -> dict[str, str]:
    """These two papers are signed by the exit-entry administration, not by the authority that granted the work permit."""
    office = residence.case.authority
    return {"authority_zh": office.exit_entry_name or office.name, "authority_en": office.exit_entry_name_en or office.name_en}


def _day(asked: dict[str, str], name: str) -> date:
    value = day(asked[name].replace("/", "-").replace(".", "-"))
    if value is None:
        raise Refused(f"asks:{name}", N_("“%(measured)s” is not a date of the calendar. Write year-month-day, for example 2026-12-31."), measured=asked[name][:40])
    return value


FACTS: dict[str, Callable[[Residence, Any, dict[str, str]], dict[str, Any]]] = {
    "verify_originals": _receipt,
    "decline_originals": _declined,
    "grant_residence": _granted,
    "refuse_residence": _refused,
}
