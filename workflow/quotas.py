"""How much an employer may store: together for one filing, and for all its filings. Checked before a file is opened.

Counted are the bytes of the originals that filings hold, replaced ones included (they stay in the case file), each file once however often it
was attached. Cleaned copies and previews are ours and not counted. Limits: QUOTA_CASE_MB, QUOTA_EMPLOYER_MB (config.py); 0 is no limit.
"""

import sqlalchemy as sa
from flask import current_app

from workflow.engine import N_
from workflow.intake.findings import Finding, Rule, found, size_text
from workflow.models import Case, CaseMaterial, StoredFile, db

MEGABYTE = 1_048_576
# fmt: off
RULES = {
    "quota.case":     Rule("reject", N_("This filing would hold %(measured)s of files; at most %(limit)s are allowed. Scan in black and white or at a lower resolution, or save the PDF smaller.")),
    "quota.employer": Rule("reject", N_("All filings of your unit would hold %(measured)s of files; at most %(limit)s are allowed. Ask the authority to raise the limit.")),
}
# fmt: on


def over(case: Case, size: int) -> Finding | None:
    """The refusal of `size` further bytes for this filing, or None. The filing's own limit is told first."""
    settings = current_app.config["PORTAL"]
    for code, most, where in (("quota.case", settings.quota_case_mb, Case.id == case.id), ("quota.employer", settings.quota_employer_mb, Case.employer_id == case.employer_id)):
        if most and (total := held(where) + size) > most * MEGABYTE:
            return found(RULES, code, size_text(total), size_text(most * MEGABYTE), f"case:{case.id}")
    return None


def held(where: sa.ColumnElement[bool]) -> int:
    """Bytes of the originals of the cases meant."""
    kept = sa.select(CaseMaterial.sha256).join(Case, CaseMaterial.case_id == Case.id).where(where, CaseMaterial.sha256.is_not(None))
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(StoredFile.size), 0)).where(StoredFile.sha256.in_(kept))) or 0)
