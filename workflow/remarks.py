"""What is noted when a filing arrives, and stops nobody: a late report, an age beyond the usual, a contract longer than a permit. The officer reads it beside the answers."""

from typing import Any

import sqlalchemy as sa

from workflow import clock
from workflow.calendars import is_working_day
from workflow.checking import age, day
from workflow.engine import N_
from workflow.intake.contract_reading import term_long
from workflow.intake.findings import Finding
from workflow.models import Case, CaseFinding, db
from workflow.rules_of_services import late

REPORTED = (("amendment", "changed_on"), ("cancellation", "ended_on"))


def note(case: Case) -> list[str]:
    """Write the findings. Returns their codes for the line in the case file."""
    noted = [*_late(case), *_age(case), *_term(case)]
    _write(case, noted)
    return [code for _, code, _, _ in noted]


def renew_term(case: Case) -> None:
    """The contract or the class may have been corrected: what was said of the term gives way to what holds now."""
    db.session.execute(sa.delete(CaseFinding).where(CaseFinding.case_id == case.id, CaseFinding.material_id.is_(None), CaseFinding.code == "term_long"))
    _write(case, _term(case))


def _write(case: Case, noted: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    for target, code, msgid, values in noted:
        db.session.add(CaseFinding(case_id=case.id, target=f"answers:{target}", code=code, level="warn", msgid=msgid, values=values,
                                   measured=str(values["measured"]), limit=str(values["limit"]), found_at=clock.now()))  # fmt: skip


def term(case: Case) -> list[Finding]:
    """The contract's term, as read in the file or else as typed, against what a permit of the case's class is given for by its authority."""
    look: dict[str, Any] = next((m.look for m in reversed(case.live_materials) if m.kind == "contract" and m.look), {})
    read, typed = look.get("fields") or {}, case.answers.get("application") or {}
    start, end = (day(read.get(name)) or day(typed.get(name)) for name in ("contract_from", "contract_to"))
    return term_long(start, end, case.profile.permit_months.get(case.permit_class))


def _term(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [("application.contract_to", f.code, f.msgid, f.values) for f in term(case)]


def _late(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    found = []
    for section, field in REPORTED:
        happened, limit = day((case.answers.get(section) or {}).get(field)), case.profile.report_days
        over = late(happened, case.filing_day, limit, lambda start, end: clock.working_days_between(start, end, is_working_day))
        if over:
            msgid = N_("Filed %(measured)s working days after the event; the limit is %(limit)s.")
            found.append((f"{section}.{field}", "late_report", msgid, {"measured": over + limit, "limit": limit}))
    return found


def _age(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    birth, most = day((case.answers.get("basic") or {}).get("birth_date")), case.profile.age_warned
    if case.service.startswith("new_overseas") or case.permit_class != "B" or birth is None or age(birth, case.filing_day) <= most:
        return []
    msgid = N_("The applicant is %(measured)s years old; class B is usually granted up to %(limit)s.")
    return [("basic.birth_date", "age", msgid, {"measured": age(birth, case.filing_day), "limit": most})]
