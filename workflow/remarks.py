"""What is noted when a filing arrives, and stops nobody: a late report, an age beyond the usual. The officer reads it beside the answers."""

from typing import Any

from workflow import clock
from workflow.calendars import is_working_day
from workflow.checking import age, day
from workflow.engine import N_
from workflow.models import Case, CaseFinding, db
from workflow.rules_of_services import late

REPORTED = (("amendment", "changed_on"), ("cancellation", "ended_on"))


def note(case: Case) -> list[str]:
    """Write the findings. Returns their codes for the line in the case file."""
    noted = [*_late(case), *_age(case)]
    for target, code, msgid, values in noted:
        db.session.add(CaseFinding(case_id=case.id, target=f"answers:{target}", code=code, level="warn", msgid=msgid, values=values,
                                   measured=str(values["measured"]), limit=str(values["limit"]), found_at=clock.now()))  # fmt: skip
    return [code for _, code, _, _ in noted]


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
