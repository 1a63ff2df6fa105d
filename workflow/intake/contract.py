"""The employment contract, proof of appointment or dispatch letter: what it must show, and from when it may run.

The handler ticks each of the eight elements and says on which page it stands; dates are compared with the day of filing.
Standard library only, no file is opened here. Sources: seed 002 question 10 (contract start within 90 days of filing, dates
cannot be changed after the grant), domain.md 1.6 f (elements).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from workflow.intake.findings import N_, Finding, Rule, found

MOST_DAYS = 90
# fmt: off
ELEMENTS = (
    ("parties",        N_("Both parties by name")),
    ("place",          N_("Place where the work is done")),
    ("duties",         N_("Duties of the work")),
    ("pay",            N_("Pay agreed")),
    ("period",         N_("Period of the contract")),
    ("position",       N_("Position held")),
    ("signature_page", N_("Signature and seal page")),
    ("chinese",        N_("Text in Chinese")),
)
RULES = {
    "element_missing": Rule("reject", N_("The contract must show “%(element)s”. Tick it and give the page; if the contract does not say it, have it added and signed.")),
    "page_missing":    Rule("reject", N_("“%(element)s” is ticked without a page. Give the page of the PDF on which it stands.")),
    "page_range":      Rule("reject", N_("“%(element)s” is said to stand on page %(measured)s, but pages go from %(limit)s. Give the page of the PDF, counted from its first.")),
    "start_missing":   Rule("reject", N_("The first day of the contract is missing. Give it as the contract says it.")),
    "end_missing":     Rule("reject", N_("The last day of the contract is missing. Give it as the contract says it.")),
    "date_unreadable": Rule("reject", N_("“%(measured)s” is not a date. Write it as year-month-day, for example 2026-03-01.")),
    "start_late":      Rule("reject", N_("The contract begins on %(measured)s, %(days)s days after today. It must begin within %(most)s days of filing, by %(limit)s: file later, or agree on an earlier beginning.")),
    "start_past":      Rule("reject", N_("The contract begins on %(measured)s, before today. A person abroad cannot begin work before the permit: agree on a first day from %(limit)s on.")),
    "start_past_here": Rule("review", N_("The contract begins on %(measured)s, before today. The officer will compare it with the permit held until now.")),
    "end_early":       Rule("reject", N_("The contract ends on %(measured)s, which is not after its beginning on %(limit)s. Correct the dates as the contract says them.")),
    "end_past":        Rule("reject", N_("The contract ended on %(measured)s. A contract still in force is needed.")),
}
# fmt: on


def tick(code: str) -> str:
    """Name of the answer that says the element is there."""
    return f"contract_{code}"


def page(code: str) -> str:
    """Name of the answer that says on which page."""
    return f"contract_{code}_page"


def check_contract(answers: Mapping[str, Any], filed_on: date, *, abroad: bool = True, most_days: int = MOST_DAYS) -> list[Finding]:
    """Everything wrong at once. `filed_on` is the day in Asia/Shanghai.

    Answers: `contract_<element>` truthy, `contract_<element>_page` a whole number or its text, `contract_from` and
    `contract_to` a date or ISO text, `contract_pages` the pages of the uploaded file if known.

    The range is filing day + 0 … + 90, both ends allowed. The rule says "within 90 days" and names no earlier end; for a
    person still abroad (`abroad`) a beginning before the filing is refused, since the contract would have been in force
    without a permit, and the dates cannot be corrected after the grant. A person already in China may hold a running
    contract with a permit (extension, change within a group): there it is the officer's to see.
    """
    return [*_elements(answers), *_dates(answers, filed_on, abroad, most_days)]


def _elements(answers: Mapping[str, Any]) -> list[Finding]:
    findings = []
    last = _number(answers.get("contract_pages"))
    for code, label in ELEMENTS:
        said, where = answers.get(page(code)), _number(answers.get(page(code)))
        if not answers.get(tick(code)):
            findings.append(found(RULES, "element_missing", target=tick(code), element=label))
        elif said in (None, ""):
            findings.append(found(RULES, "page_missing", target=page(code), element=label))
        elif where is None or where < 1 or (last and where > last):
            limit = f"1–{last}" if last else "1"
            findings.append(found(RULES, "page_range", str(said)[:12], limit, page(code), element=label))
    return findings


def _dates(answers: Mapping[str, Any], filed_on: date, abroad: bool, most_days: int) -> list[Finding]:
    findings = []
    dates: dict[str, date] = {}
    for name, missing in (("contract_from", "start_missing"), ("contract_to", "end_missing")):
        said = answers.get(name)
        try:
            if said in (None, ""):
                findings.append(found(RULES, missing, target=name))
            else:
                dates[name] = said if isinstance(said, date) else date.fromisoformat(str(said).strip())
        except ValueError:
            findings.append(found(RULES, "date_unreadable", str(said)[:20], "YYYY-MM-DD", name))
    start, end = dates.get("contract_from"), dates.get("contract_to")
    if start and (start - filed_on).days > most_days:
        days, latest = (start - filed_on).days, filed_on + timedelta(days=most_days)
        findings.append(found(RULES, "start_late", start, latest, "contract_from", days=days, most=most_days))
    if start and start < filed_on:
        findings.append(found(RULES, "start_past" if abroad else "start_past_here", start, filed_on, "contract_from"))
    if start and end and end <= start:
        findings.append(found(RULES, "end_early", end, start, "contract_to"))
    elif end and end < filed_on:
        findings.append(found(RULES, "end_past", end, filed_on, "contract_to"))
    return findings


def _number(said: Any) -> int | None:
    """A page from a form: ASCII digits only, at most four; None for anything else."""
    text = str(said if said is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
