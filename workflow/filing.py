"""What stands between a filing and its submission: answers, contract and files together, each with its sentence. Pure.

The parts are checked in workflow/checking.py (answers) and workflow/intake (files, contract); here they are brought to one form and one
naming of places: "section.field", "section.row.field" or "material.kind". Sources: seed 002 question 10, domain.md 1.6.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from workflow import checking, paper_rules
from workflow.checking import Surroundings
from workflow.engine import N_, Said
from workflow.fields import Problem, problem
from workflow.intake import contract
from workflow.intake.findings import SAID, Finding
from workflow.materials import MATERIALS
from workflow.rules_of_services import RULES
from workflow.services import Service


class Held(Protocol):
    """What is asked of a material: one live file, or a written commitment in its place."""

    kind: str
    committed: bool
    pages: int
    issued_on: date | None


FAR = 36_500
HELD = N_("This file is still being checked for viruses. It can be opened and filed as soon as the check is done; try again in a few minutes.")
INFECTED = N_("The virus scanner found something in this file, so it stays closed. Scan the paper again on another computer and put the new file in its place.")
CLOSED = {"held": HELD, "infected": INFECTED}  # by StoredFile.scan: why nobody may open it
ELEMENTS = tuple(code for code, _ in contract.ELEMENTS)
BY_TICK = {contract.tick(code): code for code in ELEMENTS} | {contract.page(code): code for code in ELEMENTS}


def missing(row: Service, answers: Mapping[str, Any], materials: Iterable[Held]) -> list[Problem]:
    """Required answers and materials that are not there, and the dates that files must carry."""
    held = list(materials)
    found = checking.missing(row, answers, {m.kind for m in held if not m.committed}, {m.kind for m in held if m.committed})
    for kind in dict.fromkeys(m.kind for m in held if not m.committed and MATERIALS[m.kind].months and m.issued_on is None):
        found.append(problem(f"material.{kind}", N_("%(label)s: give the day on which it was issued."), label=MATERIALS[kind].label))
    return found


def faults(row: Service, answers: Mapping[str, Any], materials: Iterable[Held], around: Surroundings, most_days: int = contract.MOST_DAYS) -> list[Problem]:
    """Everything given that cannot be filed as it is. What is merely not there yet is told by `missing`, once."""
    held = list(materials)
    found = checking.problems(row, answers, around)
    named = {each.target for each in found}
    for name in row.rules:
        for told in RULES[name](answers, around):
            if told.target not in named:
                found.append(told)
                named.add(told.target)
    found += [p for p in contract_problems(row, answers, held, around.today, most_days) if p.target not in named]
    found += [problem(f"material.{m.kind}", CLOSED[scan]) for m in held if (scan := getattr(getattr(m, "stored", None), "scan", "")) in CLOSED]
    found += paper_rules.problems([m for m in held if hasattr(m, "authentication")], around.today)  # type: ignore[misc]
    return found + _dates(held, around.today)


def contract_findings(case_answers: Mapping[str, Any], pages: int | None, filed_on: date, most_days: int = contract.MOST_DAYS, *, abroad: bool = True) -> list[Finding]:
    """The contract's findings, asked in our answers and told in the names of our form.

    Our form writes the page on which an element stands, which ticks it; whether the text is Chinese is a yes, for the whole file.
    `pages` is the number of pages of the contract's file, None if there is none yet.
    """
    said, asked = case_answers.get("contract") or {}, case_answers.get("application") or {}
    told: dict[str, Any] = {"contract_from": asked.get("contract_from"), "contract_to": asked.get("contract_to"), "contract_pages": pages}
    for code in ELEMENTS:
        page = said.get(code)
        told[contract.page(code)] = (1 if page == "yes" else "") if code == "chinese" else page
        told[contract.tick(code)] = page == "yes" if code == "chinese" else page not in (None, "")
    return contract.check_contract(told, filed_on, abroad=abroad, most_days=most_days)


def contract_problems(row: Service, answers: Mapping[str, Any], materials: Iterable[Held], filed_on: date, most_days: int) -> list[Problem]:
    """Contract findings that refuse, as problems at their fields; those that only say "not there" are left to `missing`.

    That the contract begins within so many days of filing is asked of filings from overseas only (seed 002 question 10).
    """
    if not row.contract:
        return []
    most_days = most_days if row.contract == "abroad" else FAR
    pages = max((m.pages for m in materials if m.kind == "contract" and not m.committed), default=None)
    found = contract_findings(answers, pages, filed_on, most_days, abroad=row.overseas)
    not_chinese = (answers.get("contract") or {}).get("chinese") == "no"
    kept = [f for f in found if f.level == "reject" and (not f.code.endswith("_missing") or (not_chinese and f.target == contract.tick("chinese")))]
    return [Problem(_place(f.target), f.msgid, {k: Said(v) if k in SAID else v for k, v in f.values.items()}) for f in kept]


def _place(target: str) -> str:
    return f"contract.{BY_TICK[target]}" if target in BY_TICK else f"application.{target}"


def _dates(materials: Iterable[Held], today: date) -> list[Problem]:
    """Papers with a shelf life: issued no longer ago than their months, and not tomorrow."""
    found = []
    for each in materials:
        months, issued = MATERIALS[each.kind].months, each.issued_on
        if each.committed or not months or issued is None:
            continue
        label, target = MATERIALS[each.kind].label, f"material.{each.kind}"
        if issued > today:
            found.append(problem(target, N_("%(label)s: its day of issue %(measured)s lies in the future."), label=label, measured=issued.isoformat()))
        elif checking.months_later(issued, months) < today:
            found.append(
                problem(target, N_("%(label)s: issued on %(measured)s, longer ago than %(limit)s months. A newer one is needed."), label=label, measured=issued.isoformat(), limit=months)
            )
    return found
