"""How much an employer may store: together for one filing, and for all its filings. Checked before a file is opened.

Checked again inside the transaction that stores it (`over_now`), behind a lock that the unit's other uploads wait for: of two at the same moment that fit
only singly, one is refused. Counted are the bytes of the originals that filings hold, replaced ones included (they stay in the case file), each file once however often it
was attached. Cleaned copies and previews are ours and not counted. Limits: QUOTA_CASE_MB, QUOTA_EMPLOYER_MB (config.py); 0 is no limit.
"""

import sqlalchemy as sa
from flask import current_app

from workflow.engine import N_
from workflow.intake.findings import Finding, Rule, found, size_text
from workflow.models import Case, CaseMaterial, Employer, StoredFile, db

MEGABYTE = 1_048_576
# fmt: off
RULES = {
    "quota.case":     Rule("reject", N_("This filing would hold %(measured)s of files; at most %(limit)s are allowed. Scan in black and white or at a lower resolution, or save the PDF smaller.")),
    "quota.employer": Rule("reject", N_("All filings of your unit would hold %(measured)s of files; at most %(limit)s are allowed. Ask the authority to raise the limit.")),
}
# fmt: on


def over(case: Case, size: int, sha256: str = "") -> Finding | None:
    """The refusal of `size` further bytes for this filing, or None. The filing's own limit is told first. A file that is held already (`sha256`) adds nothing."""
    settings = current_app.config["PORTAL"]
    for code, most, where in (("quota.case", settings.quota_case_mb, Case.id == case.id), ("quota.employer", settings.quota_employer_mb, Case.employer_id == case.employer_id)):
        if most and (total := held(where) + (0 if sha256 and holds(where, sha256) else size)) > most * MEGABYTE:
            return found(RULES, code, size_text(total), size_text(most * MEGABYTE), f"case:{case.id}")
    return None


def over_now(case: Case, size: int, sha256: str) -> Finding | None:
    """As `over`, inside the writing transaction. The case's row is locked by its caller, the unit's is locked here: PostgreSQL reads what others have committed
    by then (not blocking the keys that refer to it), SQLite has one writer at a time."""
    db.session.execute(sa.select(Employer.id).where(Employer.id == case.employer_id).with_for_update(of=Employer, key_share=True))
    return over(case, size, sha256)


def holds(where: sa.ColumnElement[bool], sha256: str) -> bool:
    """Whether one of the cases meant holds this very file."""
    kept = sa.select(CaseMaterial.id).join(Case, CaseMaterial.case_id == Case.id).where(where, CaseMaterial.sha256 == sha256).limit(1)
    return db.session.scalar(kept) is not None


def held(where: sa.ColumnElement[bool]) -> int:
    """Bytes of the originals of the cases meant."""
    kept = sa.select(CaseMaterial.sha256).join(Case, CaseMaterial.case_id == Case.id).where(where, CaseMaterial.sha256.is_not(None))
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(StoredFile.size), 0)).where(StoredFile.sha256.in_(kept))) or 0)
