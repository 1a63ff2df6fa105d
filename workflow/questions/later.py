"""Questions of what follows on a permit: extension, change, cancellation, electronic permit in place of a card.

Sources: domain.md 1.2, 1.6 B, 10 (wrong reason for cancellation); seed 002 questions 13 to 16.
"""

from dataclasses import replace

from workflow.divisions import CHOICES
from workflow.engine import N_
from workflow.fields import Field, Section
from workflow.questions.filing import APPLICATION, BASIC, CLASS_CHOICES, CLASS_GROUND

__all__ = [
    "AMENDMENT", "APPLICATION_AMENDMENT", "APPLICATION_CARD", "APPLICATION_EXTENSION", "BASIC_CARD", "CANCELLATION", "CANCELLATION_GROUNDS", "CARD", "CLASS_CARD",
    "CLASS_EXTENSION", "PAPER_CANCELLATION", "PAPER_GROUNDS",
]  # fmt: skip

CLASS_EXTENSION = replace(
    CLASS_GROUND, fields=(Field("change", N_("Does the class rise from B to A with this extension?"), "yesno", True, N_("Its proof is then asked for among the attachments.")), *CLASS_GROUND.fields)
)
APPLICATION_EXTENSION = replace(
    APPLICATION,
    fields=(
        *(f for f in APPLICATION.fields if f.code not in ("mission", "entry_planned", "previous_permit", "contract_from")),
        Field("contract_from", N_("New contract starts on"), "date", True, N_("The day after the present permit ends: the new contract joins the old one."), width="half"),
        Field("residence_expires", N_("Residence permit valid until"), "date", True, N_("It must still be valid."), width="half"),
    ),
)

AMENDMENT = Section(
    "amendment",
    N_("What has changed"),
    (
        Field("name", N_("The name?"), "yesno", True, width="half"),
        Field("passport", N_("The passport?"), "yesno", True, width="half"),
        Field("title", N_("The position, within the same occupation?"), "yesno", True, width="half"),
        Field("class", N_("The class?"), "yesno", True, width="half"),
        Field("changed_on", N_("Day of the change"), "date", True, N_("A change is filed within 10 working days. Later is possible; the delay is noted."), width="half"),
        Field("note", N_("What happened"), "longtext", False, max_length=500),
    ),
    hint=N_("Another occupation is no change: the permit is cancelled and applied for anew. Contract dates cannot be changed either."),
)
APPLICATION_AMENDMENT = replace(APPLICATION, fields=tuple(f for f in APPLICATION.fields if f.code in ("position", "position_en", "occupation", "duties")))
BASIC_CARD = replace(
    BASIC,
    fields=(
        *BASIC.fields,
        Field("reissue", N_("Issue the electronic permit as well?"), "yesno", True, N_("For holders of a physical card: the permit is loaded onto the electronic social security card. The old card stays with its holder.")),
    ),
)

CANCELLATION_GROUNDS = (
    ("ends", N_("The contract comes to its end")),
    ("agreed", N_("The contract was ended early, and both sides have signed")),
    ("left", N_("The employee left without notice and cannot be reached")),
    ("dispute", N_("A dispute was decided by a court or an arbitration body")),
    ("wound_up", N_("The employer is wound up")),
)
_LEFT = ("ground", ("left",))
CANCELLATION = Section(
    "cancellation",
    N_("Why the permit is cancelled"),
    (
        Field("ground", N_("Ground"), "choice", True, N_("A contract that runs out within 15 days “comes to its end”; anything earlier was ended early and needs both signatures. The wrong ground is sent back."), choices=CANCELLATION_GROUNDS),
        Field("ended_on", N_("Last day of employment"), "date", True, N_("The cancellation is filed within 10 working days of it. Later is possible; the delay is noted."), width="half"),
        Field("last_seen_on", N_("Last heard of on"), "date", True, N_("More than 15 days before the public notice."), width="half", when=_LEFT),
        Field("published_on", N_("Public notice printed on"), "date", True, N_("In a newspaper of the city or above; it runs for 10 days."), width="half", when=_LEFT),
        Field("newspaper", N_("Newspaper"), "text", True, max_length=80, width="half", when=_LEFT),
        Field("decided_by", N_("Court or arbitration body, and number of its decision"), "text", True, max_length=150, when=("ground", ("dispute",))),
        Field("note", N_("Note"), "longtext", False, max_length=500),
    ),
)

CARD = Section(
    "card",
    N_("Physical work-permit card"),
    (
        Field("card_number", N_("Number of the physical card"), "text", True, max_length=18, width="half"),
        Field("permit_number", N_("Work permit number"), "text", True, N_("18 digits, printed on the card."), max_length=18, width="half"),
        Field("no_visit", N_("Handled without a visit to the window?"), "yesno", True, N_("Then the commitment for approval without a visit is attached.")),
    ),
    hint=N_("For a card that has not expired. The change is voluntary, and the old card stays with its holder."),
)
CLASS_CARD = Section("class_ground", N_("Class"), (Field("class", N_("Class on the card"), "choice", True, choices=CLASS_CHOICES),))
APPLICATION_CARD = Section(
    "application",
    N_("What the card says"),
    (
        Field("position", N_("Position (Chinese)"), "text", True, max_length=80, width="half"),
        Field("position_en", N_("Position (English)"), "text", False, max_length=120, width="half"),
        Field("division", N_("Place of work: city and district"), "choice", True, choices=CHOICES),
        Field("contract_from", N_("Permit valid from"), "date", True, width="half"),
        Field("contract_to", N_("Permit valid until"), "date", True, width="half"),
    ),
)

PAPER_GROUNDS = (
    ("old_notice", N_("Notification granted before 1 December 2024: letter with the employer's seal")),
    ("wound_up", N_("The employer is wound up: the foreigner files at the window, without a seal")),
)
PAPER_CANCELLATION = Section(
    "cancellation",
    N_("Cancellation on paper"),
    (
        Field("ground", N_("Why on paper"), "choice", True, choices=PAPER_GROUNDS),
        Field("ended_on", N_("Last day of employment"), "date", False, N_("Empty if the work never began."), width="half"),
        Field("note", N_("Note"), "longtext", False, max_length=500),
    ),
)
