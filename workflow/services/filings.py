"""First filings: from overseas, from inside China with its ten grounds, and for 90 days or less. Sources: domain.md 1.2, 1.4, 1.5, 1.6 A and B."""

from workflow import questions as q
from workflow.engine import N_
from workflow.papers import Paper as P
from workflow.services.grammar import Needed, Service
from workflow.services.menus import MENU_LONG_TERM, MENU_SHORT_TERM

_GROUND = ("class_ground", "domestic_ground")


def _ground(*codes: str) -> tuple[str, str, tuple[str, ...]]:
    return (*_GROUND, codes)


_NEW_EMPLOYER = _ground(q.CHANGE_EMPLOYER)
_FILED_BEFORE = ("class_ground", "filed_before", ("yes",))

# fmt: off
NEW_OVERSEAS = Service(
    "new_overseas", MENU_LONG_TERM, "境外提交外国人来华工作许可", N_("Filed from overseas"),
    sections=(q.CLASS_GROUND, q.BASIC, q.APPLICATION, q.EDUCATION, q.WORK, q.FAMILY),
    attachment_sections=(q.CONTRACT,),
    materials=(
        Needed("application_form"), Needed("passport_page"), Needed("photo"), Needed("contract"),
        Needed("experience"), Needed("degree"), Needed("no_crime"), Needed("health"),
        Needed("talent_proof", when=("class_ground", "ground", q.GROUNDS_WITH_PROOF)),
        Needed("family_proof", when=("family", "accompanying", ("yes",))),
        Needed("authorisation", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.NOTIFICATION),
    who=N_("An employer with a confirmed account, for a foreigner who is outside the mainland of China and will work here for more than 90 days."),
    brings=N_("Passport, photograph, Chinese contract whose first day lies within 90 days of filing, degree and experience, no-crime certificate, health commitment."),
    after=N_("The employer downloads the Notification and the Decision; after entry the holder scans the code on the Notification and registers the electronic card. There is no further step to claim a card."),
    overseas=True, contract="abroad", residence=True,
    joint_refused=N_("Not for filings from overseas: since 1 December 2024 the originals are seen when the residence permit is applied for, after entry, so the two cannot be decided in one."),
)

NEW_DOMESTIC = Service(
    "new_domestic", MENU_LONG_TERM, "境内提交外国人来华工作许可", N_("Filed inside China"),
    sections=(q.CLASS_DOMESTIC, q.BASIC, q.APPLICATION_DOMESTIC, q.EDUCATION, q.WORK, q.FAMILY),
    attachment_sections=(q.CONTRACT,),
    materials=(
        Needed("application_form"), Needed("passport_page"), Needed("visa_page"), Needed("photo"), Needed("contract"),
        Needed("experience", unless=(_NEW_EMPLOYER, _FILED_BEFORE)), Needed("degree", unless=(_NEW_EMPLOYER, _FILED_BEFORE)),
        Needed("no_crime", unless=(_NEW_EMPLOYER,)), Needed("health", unless=(_NEW_EMPLOYER,)),
        Needed("cancellation_proof", when=_NEW_EMPLOYER),
        Needed("relation_proof", when=_ground("family")),
        Needed("zone_proof", when=_ground("trade_zone")),
        Needed("headquarters_proof", when=_ground("headquarters")),
        Needed("transfer_proof", when=_ground("group_transfer")),
        Needed("agreement_proof", when=_ground("agreement")),
        Needed("representative_proof", when=_ground("representative")),
        Needed("authority_consent", when=_ground("other")),
        Needed("r_visa_proof", when=_ground("r_visa")),
        Needed("talent_proof", when=("class_ground", "ground", q.GROUNDS_WITH_PROOF)),
        Needed("family_proof", when=("family", "accompanying", ("yes",))),
        Needed("authorisation", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.NOTIFICATION),
    who=N_("An employer with a confirmed account, for a foreigner who is in China with a valid visa or residence permit and stands on one of ten grounds. Change of employer is ground 2."),
    brings=N_("Passport with visa or residence permit and entry stamp, photograph, Chinese contract, the proof of the ground. For a change of employer: the cancellation proof of the old permit; health check and no-crime certificate are waived."),
    after=N_("The employer downloads the Notification and the Decision; the holder registers the electronic card, or sees the new permit on it, and applies for the residence permit."),
    rules=("domestic", "visa"), contract="here", residence=True, joint="new_domestic_joint",
)

SHORT_TERM = Service(
    "short_term", MENU_SHORT_TERM, "申请外国人来华工作许可（90日以下，含90日）", N_("Short-term work, 90 days or less"),
    sections=(q.TASK, q.BASIC, q.APPLICATION_SHORT),
    attachment_sections=(),
    materials=(
        Needed("application_form"), Needed("task_contract"), Needed("passport_page"), Needed("photo"),
        Needed("approval", when=("task", "task", ("performance",))), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.SHORT_NOTIFICATION),
    who=N_("The Chinese partner, club or organiser, for a foreigner of 18 to 60 years who comes for one of six listed tasks."),
    brings=N_("Passport, photograph, contract or cooperation agreement naming the person, all places, the period, the duties and the number of entries."),
    after=N_("The employer downloads the short-term Notification and the Decision. The permit ends with its last day and cannot be extended; within its stay it can lead to a new permit inside China."),
    defaults=(("class_ground", "class", "C"), ("class_ground", "ground", "C_general")),
    rules=("short_term",),
    granted_says=N_("%(number)s, %(name)s: granted. The short-term Notification and the Decision can be downloaded."),
    granted_says_entrant=N_("Your short-term work permit %(number)s was granted. Your employer will send you the Notification for the visa."),
)
# fmt: on
