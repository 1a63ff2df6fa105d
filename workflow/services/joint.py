"""并联: the rows filed together with the residence permit, made of the row alone plus one tab and the materials of the police. Sources: domain.md 9.1, 9.2."""

from dataclasses import replace

from workflow import questions as q
from workflow.engine import N_
from workflow.services import conditions as c
from workflow.services.filings import NEW_DOMESTIC
from workflow.services.grammar import Needed, Service
from workflow.services.later import AMENDMENT_CARD, EXTENSION

POLICE = (Needed("visa_form"), Needed("photo_receipt", required=False), Needed("lodging_proof"), Needed("employer_letter"), Needed("employer_registration"))


def _joint(row: Service, code: str, official: str, label: str) -> Service:
    """The residence tab stands after the application's own; what the row asks for already is not asked for twice."""
    at = next(n for n, s in enumerate(row.sections) if s.code == "application") + 1
    return replace(
        row, code=code, official=official, label=label, sections=(*row.sections[:at], q.RESIDENCE, *row.sections[at:]), materials=(*row.materials[:-1], *POLICE, row.materials[-1]),
        preconditions=(c.JOINT, *row.preconditions), rules=(*row.rules, "residence"), residence=True, joint="", with_card="", stands_for=row.base,
    )  # fmt: skip


NEW_DOMESTIC_JOINT = _joint(NEW_DOMESTIC, "new_domestic_joint", "境内提交外国人来华工作许可（与居留许可并联）", N_("Filed inside China, together with the residence permit"))
EXTENSION_JOINT = _joint(EXTENSION, "extension_joint", "外国人来华工作许可延期（与居留许可并联）", N_("Extension of work permit and residence permit together"))
AMENDMENT_JOINT = _joint(AMENDMENT_CARD, "amendment_joint", "外国人来华工作许可变更（与居留许可并联）", N_("Change of work permit and residence permit together"))
