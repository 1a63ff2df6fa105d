"""What follows on a permit: extension, change, cancellation, and the two exchanges of 1 December 2024. Sources: domain.md 1.2, 1.3, 1.6 B; seed 002 questions 13 to 16."""

from dataclasses import replace

from workflow import questions as q
from workflow.engine import N_
from workflow.papers import Paper as P
from workflow.roles import Role
from workflow.services import conditions as c
from workflow.services.grammar import Effect, Needed, Service, Subject
from workflow.services.menus import MENU_AMENDMENT, MENU_CANCELLATION, MENU_ELECTRONIC, MENU_EXTENSION, MENU_NOTIFICATION

_ALL = ("class_ground", "basic", "application", "education", "work", "family")
_PERSON = ("class_ground", "basic", "application")


def _changed(what: str) -> tuple[str, str, tuple[str, ...]]:
    return ("amendment", what, ("yes",))


def _ended(*grounds: str) -> tuple[str, str, tuple[str, ...]]:
    return ("cancellation", "ground", grounds)


# fmt: off
EXTENSION = Service(
    "extension", MENU_EXTENSION, "外国人来华工作许可延期", N_("Extension of a work permit"),
    sections=(q.CLASS_EXTENSION, q.BASIC, q.APPLICATION_EXTENSION, q.EDUCATION, q.WORK, q.FAMILY),
    attachment_sections=(q.CONTRACT,),
    materials=(
        Needed("application_form"), Needed("passport_page"), Needed("residence_page"), Needed("contract"),
        Needed("tax_record", when=("class_ground", "ground", ("B_salary",))),
        Needed("talent_proof", when=("class_ground", "change", ("yes",))),
        Needed("family_proof", required=False), Needed("photo", required=False), Needed("authorisation", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.NOTIFICATION),
    who=N_("The employer that holds the permit, for the same person in the same occupation, while work permit and residence permit are both valid."),
    brings=N_("New Chinese contract that begins the day after the present permit ends, passport, residence permit page. A new passport, and a rise from class B to A, are filed within the extension."),
    after=N_("A new Decision and Notification for the new period, with the same permit number. The electronic card shows the new period by itself; the old notification is replaced."),
    subject=Subject.PERMIT, effect=Effect.EXTEND, prefill=_ALL, rules=("extension", "same_occupation"), contract="here", residence=True, joint="extension_joint",
    preconditions=(c.CHOSEN, c.OURS, c.STANDING, c.UNLAPSED, c.EXTENDABLE, c.CLAIMED, c.NOT_EARLY, c.NOT_LATE, c.FREE),
    granted_says=N_("%(number)s, %(name)s: the extension was granted. The new Notification and the Decision can be downloaded."),
    granted_says_entrant=N_("The extension %(number)s of your work permit was granted. Your electronic card shows the new period."),
)

AMENDMENT = Service(
    "amendment", MENU_AMENDMENT, "外国人来华工作许可变更", N_("Change of what a work permit says"),
    sections=(q.AMENDMENT, q.CLASS_GROUND, q.APPLICATION_AMENDMENT, q.BASIC),
    attachment_sections=(),
    materials=(
        Needed("application_form"),
        Needed("passport_page", when=_changed("passport")), Needed("name_proof", when=_changed("name")), Needed("visa_page", when=_changed("passport")),
        Needed("title_proof", when=_changed("title")), Needed("talent_proof", when=_changed("class")), Needed("photo", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.REGISTRATION_SLIP),
    who=N_("The employer that holds the permit, within 10 working days of the change. Later filings are taken, and the delay is noted."),
    brings=N_("Application form; new passport page and visa page; for a new position a letter and its proof; for a new class the proof of its ground."),
    after=N_("A Decision with the new facts. Permit and electronic card are brought up to date; who has no electronic card yet gets a registration slip in place of the old notification."),
    subject=Subject.PERMIT, effect=Effect.AMEND, prefill=_ALL, rules=("amendment", "same_occupation"), with_card="amendment_card",
    preconditions=(c.CHOSEN, c.OURS, c.STANDING, c.UNLAPSED, c.CHANGEABLE, c.CLAIMED, c.FREE),
    granted_says=N_("%(number)s, %(name)s: the change was granted. The Decision can be downloaded."),
    granted_says_entrant=N_("The change %(number)s of your work permit was granted. Your electronic card shows what has changed."),
)
AMENDMENT_CARD = replace(AMENDMENT, code="amendment_card", sections=(q.AMENDMENT, q.CLASS_GROUND, q.APPLICATION_AMENDMENT, q.BASIC_CARD), with_card="", joint="amendment_joint", stands_for="amendment")

CANCELLATION = Service(
    "cancellation", MENU_CANCELLATION, "工作许可证注销", N_("Cancellation of a work permit"),
    sections=(q.CANCELLATION,),
    attachment_sections=(),
    materials=(
        Needed("application_form", unless=(_ended("wound_up"),)),
        Needed("end_proof", when=_ended("ends", "agreed")),
        Needed("leaving_certificate", when=_ended("left")), Needed("public_notice", when=_ended("left")), Needed("statement", when=_ended("left")),
        Needed("judgment", when=_ended("dispute")),
        Needed("registrar_proof", when=_ended("wound_up")), Needed("cancellation_letter", when=_ended("wound_up")),
        Needed("other", required=False),
    ),
    on_grant=(P.CANCELLATION_PROOF,),
    who=N_("The employer that holds the permit, within 10 working days of the end of employment. Also for a notification granted on or after 1 December 2024 that will not be used."),
    brings=N_("Application form with seal, and the proof that the ground asks for: a proof of the end signed by both sides, or the public notice, judgment, or registrar's proof."),
    after=N_("The cancellation proof. From that moment the permit, its notification, the code on it and the page of the electronic card say: cancelled."),
    subject=Subject.PERMIT, effect=Effect.CANCEL, prefill=_PERSON, rules=("cancellation",),
    preconditions=(c.CHOSEN, c.OURS, c.STANDING, c.ENDED_SELF, c.ONLINE, c.FREE),
    granted_says=N_("%(number)s, %(name)s: the permit was cancelled. The cancellation proof can be downloaded."),
    granted_says_entrant=N_("Your work permit was cancelled at your employer's request, case %(number)s. Your employer has the cancellation proof."),
)
CANCELLATION_PAPER = replace(
    CANCELLATION, code="cancellation_paper", official="注销（纸质申请，窗口受理）", label=N_("Cancellation taken in on paper"),
    sections=(q.PAPER_CANCELLATION,), materials=(Needed("cancellation_letter"), Needed("registrar_proof", when=_ended("wound_up")), Needed("original_permit", required=False), Needed("other", required=False)),
    who=N_("The window officer, for a sealed letter about a notification granted before 1 December 2024, or for the foreigner whose employer is wound up."),
    brings=N_("The letter with the employer's seal; for a wound-up employer the registrar's proof, the foreigner's own letter and the permit."),
    preconditions=(c.CHOSEN, c.STANDING, c.ENDED_SELF, c.FREE), rules=("on_paper",), open_to=(Role.WINDOW,), stands_for="cancellation",
)

REISSUE_ELECTRONIC = Service(
    "reissue_electronic", MENU_ELECTRONIC, "换发电子证照", N_("Electronic permit in place of a card"),
    sections=(q.CARD, q.CLASS_CARD, q.BASIC, q.APPLICATION_CARD),
    attachment_sections=(),
    materials=(
        Needed("application_form"), Needed("original_permit"), Needed("no_visit", when=("card", "no_visit", ("yes",))),
        Needed("photo", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.REGISTRATION_SLIP),
    who=N_("The employer of a foreigner who holds a physical work-permit card that has not expired. Nobody has to change."),
    brings=N_("Application form and the original work permit; the commitment for approval without a visit if nobody comes to the window."),
    after=N_("A Decision and a registration slip. The holder scans the code on the slip and registers the electronic card; who has one already sees the permit appear on it. The old card is not collected: it stays with its holder."),
    subject=Subject.CARD, effect=Effect.REISSUE, prefill=_PERSON, rules=("card",),
    preconditions=(c.CARD_OURS, c.CARD_STANDS, c.CARD_THERE, c.CARD_RUNS, c.FREE),
    granted_says=N_("%(number)s, %(name)s: the electronic permit was granted. The registration slip and the Decision can be downloaded; the old card stays with its holder."),
    granted_says_entrant=N_("Your electronic work permit %(number)s was granted. Scan the code on the registration slip to register your electronic card; keep your old card."),
)

REISSUE_NOTIFICATION = Service(
    "reissue_notification", MENU_NOTIFICATION, "换发新版工作许可通知", N_("New notification in place of an old one"),
    sections=(q.CLASS_GROUND, q.BASIC, q.APPLICATION, q.EDUCATION, q.WORK, q.FAMILY),
    attachment_sections=(q.CONTRACT,),
    materials=(
        Needed("application_form"), Needed("passport_page"), Needed("photo"), Needed("contract"),
        Needed("experience", required=False), Needed("degree", required=False), Needed("no_crime", required=False), Needed("health", required=False),
        Needed("talent_proof", required=False), Needed("family_proof", when=("family", "accompanying", ("yes",))), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.NOTIFICATION),
    who=N_("The employer named on a notification of the old system that is closed and whose card was never claimed."),
    brings=N_("The new filing begins filled from the old one. Passport, photograph and contract are attached again; what has changed is corrected."),
    after=N_("Approved anew: the new Notification and the Decision; the old notification is replaced. The holder registers the electronic card with the new one."),
    subject=Subject.NOTICE, effect=Effect.NEW, prefill=_ALL, contract="here", residence=True,
    preconditions=(c.CHOSEN, c.OURS, c.STANDING, c.UNCLAIMED, c.UNLAPSED, c.FREE),
)
# fmt: on
