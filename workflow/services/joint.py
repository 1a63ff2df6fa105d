"""并联: the rows filed together with the residence permit, made of the row alone plus one tab and the materials of the police. Sources: domain.md 9.1, 9.2."""

from dataclasses import replace

from workflow import questions as q
from workflow.engine import N_
from workflow.services import conditions as c
from workflow.services.filings import NEW_DOMESTIC
from workflow.services.grammar import Needed, Service
from workflow.services.later import AMENDMENT_CARD, EXTENSION

POLICE = (Needed("visa_form"), Needed("photo_receipt", required=False), Needed("lodging_proof"), Needed("employer_letter"), Needed("employer_registration"))


# The seven tabs of the platform; the seventh is the attachments. A tab whose sections the row does not ask is not there.
TABS = (
    (N_("Personal information"), ("basic",)),
    (N_("Business information"), ("amendment", "class_ground", "application")),
    (q.RESIDENCE.title, ("residence",)),
    (N_("Education"), ("education",)),
    (N_("Work experience"), ("work",)),
    (N_("Family information"), ("family",)),
)
ATTACHMENT_TAB = N_("Attachment information")
AFTER = N_("The Decision and the other papers of the work permit, and the result of the residence permit. Where one of the two is refused, it is refused with a paper of its own.")
GRANTED = N_("%(number)s, %(name)s: the work permit was granted; its papers can be downloaded. The exit-entry authority decides on the residence permit next.")
GRANTED_ENTRANT = N_("Your work permit %(number)s was granted. The exit-entry authority decides on your residence permit next; your originals have been seen already.")


def _joint(row: Service, code: str, official: str, label: str) -> Service:
    """The row's own sections and the residence tab, in the order of the platform's tabs; what the row asks for already is not asked for twice."""
    asked = {s.code: s for s in (*row.sections, q.RESIDENCE)}
    tabs = tuple((title, held) for title, codes in TABS if (held := tuple(name for name in codes if name in asked)))
    return replace(
        row, code=code, official=official, label=label, sections=tuple(asked[name] for _, names in tabs for name in names), tabs=tabs, materials=(*row.materials[:-1], *POLICE, row.materials[-1]),
        preconditions=(c.JOINT, *row.preconditions), rules=(*row.rules, "residence"), residence=True, joint="", with_card="", stands_for=row.base, after=AFTER,
        granted_says=GRANTED, granted_says_entrant=GRANTED_ENTRANT,
    )  # fmt: skip


NEW_DOMESTIC_JOINT = _joint(NEW_DOMESTIC, "new_domestic_joint", "境内提交外国人来华工作许可（与居留许可并联）", N_("Filed inside China, together with the residence permit"))
EXTENSION_JOINT = _joint(EXTENSION, "extension_joint", "外国人来华工作许可延期（与居留许可并联）", N_("Extension of work permit and residence permit together"))
AMENDMENT_JOINT = _joint(AMENDMENT_CARD, "amendment_joint", "外国人来华工作许可变更（与居留许可并联）", N_("Change of work permit and residence permit together"))
