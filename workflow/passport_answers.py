"""What the passport's lines say against what stands in the form: empty answers are offered, typed ones compared, none is overwritten.

Worked out where it is shown, from the lines read once (workflow/looking.py), since people go on typing after the file was read.
"""

from typing import Any

from workflow.fields import Section, read
from workflow.intake.findings import Finding, aimed
from workflow.intake.mrz import NotMrz, parse
from workflow.intake.passport import COMPARED, check_passport
from workflow.models import Case, CaseMaterial
from workflow.services import service

KIND, SECTION = "passport_page", "basic"
UNPROVEN = ("surname", "given_names", "nationality", "sex")  # line 1, and what line 2 says outside its digits (ICAO 9303-4): equal does not mean right


def reading(case: Case) -> CaseMaterial | None:
    """The newest passport page of the case whose lines were read."""
    return next((m for m in reversed(case.live_materials) if m.kind == KIND and (m.look or {}).get("mrz")), None)


def offered(case: Case, section: Section | None) -> dict[str, Any]:
    """Answers that the passport offers to this page: field → value as the form keeps it. {} for other pages."""
    row = reading(case)
    if row is None or section is None or section.code != SECTION:
        return {}
    values = {}
    for code, text in ((row.look or {}).get("fields") or {}).items():
        asked = section.field(code)
        value, wrong = read(asked, str(text)) if asked and text else ("", ("", {}))
        if not wrong and value:
            values[code] = value
    return values


def unproven(case: Case) -> list[str]:
    """Answers that were read in the passport and that no check digit covers, as "basic.<field>": eyes have to compare them. [] while nothing was read."""
    return [f"{SECTION}.{code}" for code in UNPROVEN] if reading(case) is not None else []


def differences(case: Case) -> list[Finding]:
    """Typed answers that the passport reads otherwise; the target is "basic.<field>". [] while nothing was read."""
    row = reading(case)
    section = service(case.service).section(SECTION)
    if row is None or section is None:
        return []
    try:
        zone = parse((row.look or {})["mrz"], case.filing_day)
    except NotMrz:
        return []
    typed = case.answers.get(SECTION) or {}
    found = [f for f in check_passport(zone, case.filing_day, typed) if f.target in COMPARED]
    return [each for f in found for each in aimed([f], f"{SECTION}.{f.target}")]
