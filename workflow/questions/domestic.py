"""Questions of a filing from inside China: the ten grounds, the visa held; short-term tasks; the residence tab of a joint filing.

Sources: domain.md 1.4 (ten grounds), 1.5 (six tasks), 9.1 and 9.2 (residence permit, seven tabs of the Shenzhen platform).
"""

from dataclasses import replace

from workflow.divisions import CHOICES
from workflow.engine import N_
from workflow.fields import Field, Section
from workflow.questions.filing import APPLICATION, CLASS_GROUND

__all__ = ["APPLICATION_DOMESTIC", "APPLICATION_SHORT", "CHANGE_EMPLOYER", "CLASS_DOMESTIC", "DOMESTIC_GROUNDS", "RESIDENCE", "TASK", "TASKS", "VISAS"]

CHANGE_EMPLOYER = "change_employer"
DOMESTIC_GROUNDS = (
    ("class_a", N_("1 Class A, already in China on any valid visa")),
    (CHANGE_EMPLOYER, N_("2 Change of employer, same occupation, residence permit valid")),
    ("family", N_("3 Spouse or child of a Chinese citizen, of a permanent resident, or of a foreigner working in China")),
    ("trade_zone", N_("4 Policy of a free-trade or innovation-reform zone")),
    ("headquarters", N_("5 Regional headquarters of a multinational company")),
    ("group_transfer", N_("6 Transfer inside a group of companies")),
    ("agreement", N_("7 Agreement between governments")),
    ("representative", N_("8 Representative here on a work visa, or holder of a permit of 90 days or less within its stay")),
    ("other", N_("9 Other ground accepted by the authority")),
    ("r_visa", N_("10 Holder of an R visa")),
)
VISAS = (("Z", "Z"), ("R", "R"), ("M", "M"), ("F", "F"), ("Q", "Q"), ("S", "S"), ("X", "X"), ("work_residence", N_("Work-type residence permit")), ("other_residence", N_("Other residence permit")), ("stay", N_("Stay visa after a cancellation, 30 days or less")))
_CHANGES = ("domestic_ground", (CHANGE_EMPLOYER,))

CLASS_DOMESTIC = replace(
    CLASS_GROUND,
    fields=(
        Field("domestic_ground", N_("Ground for filing inside China"), "choice", True, N_("One of the ten grounds. Without one, the application is filed from overseas."), choices=DOMESTIC_GROUNDS),
        Field("previous_permit", N_("Work permit number held until now"), "text", True, max_length=18, width="half", when=_CHANGES),
        Field("previous_cancelled_on", N_("Old permit cancelled on"), "date", True, N_("As on its cancellation proof. The new contract may not begin earlier."), width="half", when=_CHANGES),
        Field("filed_before", N_("Were degree and work experience filed with the old permit, and do they still meet the standard?"), "yesno", True, N_("If so they need not be filed again."), when=_CHANGES),
        *CLASS_GROUND.fields,
    ),
)

APPLICATION_DOMESTIC = replace(
    APPLICATION,
    fields=(
        *(f for f in APPLICATION.fields if f.code not in ("mission", "entry_planned", "previous_permit")),
        Field("visa_kind", N_("Visa or residence permit held now"), "choice", True, choices=VISAS, width="half"),
        Field("visa_number", N_("Its number"), "text", False, max_length=30, width="half"),
        Field("visa_expires", N_("It is valid until"), "date", True, width="half"),
        Field("last_entry", N_("Last entry into China"), "date", False, width="half"),
    ),
)

TASKS = (
    ("partner_work", N_("Technical, scientific, management or guidance work at a Chinese partner")),
    ("sport_tryout", N_("Try-out at a sports club")),
    ("filming", N_("Filming, documentaries included")),
    ("fashion", N_("Fashion show, print and advertising work included")),
    ("performance", N_("Commercial performance")),
    ("recognised", N_("Other task recognised by the ministry")),
)
TASK = Section(
    "task",
    N_("Short-term task"),
    (
        Field("task", N_("Task"), "choice", True, choices=TASKS),
        Field("partner", N_("Partner, club or organiser in China"), "text", True, max_length=150),
        Field("entries", N_("Number of entries needed"), "integer", True, minimum=1, maximum=20, width="half"),
        Field("no_crime_promise", N_("Does the applicant declare to have no criminal record?"), "yesno", True, width="half"),
    ),
    hint=N_("Servicing a machine that was bought, supervising a tender won here, postings to a branch, sports events and unpaid volunteering are no such tasks: they use an M or F visa."),
)
APPLICATION_SHORT = Section(
    "application",
    APPLICATION.title,
    (
        Field("position", N_("Position (Chinese)"), "text", True, max_length=80, width="half"),
        Field("position_en", N_("Position (English)"), "text", False, max_length=120, width="half"),
        Field("duties", N_("Work content"), "longtext", True, max_length=1000),
        Field("division", N_("Place of work: city and district"), "choice", True, N_("The first one, if there are several."), choices=CHOICES),
        Field("place_detail", N_("All places of work"), "text", True, max_length=400),
        Field("contract_from", N_("Work begins on"), "date", True, width="half"),
        Field("contract_to", N_("Work ends on"), "date", True, N_("At most 90 days, first and last day included. A short-term permit cannot be extended."), width="half"),
        Field("pay_monthly", N_("Pay before tax for the task (yuan)"), "money", False, minimum=0, width="half"),
        Field("mission", N_("Chinese embassy or consulate where the visa will be applied for"), "text", True, max_length=80, width="half"),
    ),
)

RESIDENCE = Section(
    "residence",
    N_("Residence permit application"),
    (
        Field("residence_kind", N_("What is applied for"), "choice", True, choices=(("first", N_("First work-type residence permit")), ("extension", N_("Extension of the residence permit")), ("change", N_("Change of the residence permit"))), width="half"),
        Field("residence_number", N_("Number of the visa or residence permit held"), "text", False, max_length=30, width="half"),
        Field("residence_expires", N_("It is valid until"), "date", True, width="half"),
        Field("residence_until", N_("Wanted until"), "date", True, N_("At most to the end of the contract."), width="half"),
        Field("lodging", N_("Address where the applicant lives"), "text", True, N_("As on the accommodation registration."), max_length=150),
        Field("lodging_registered", N_("Accommodation registered on"), "date", True, width="half"),
        Field("photo_receipt", N_("Number of the photo receipt"), "text", False, N_("From the photo inspection for entry-exit papers."), max_length=40, width="half"),
    ),
    hint=N_("One filing for both permits: the work permit and the residence permit are reviewed together, and the originals are handed in once, at the window."),
)
