"""What the tracker calls each stage, and what comes next: for the person of the case, in that person's language."""

from flask_babel import gettext

from workflow.application import State as S
from workflow.engine import N_
from workflow.models import Case, Residence
from workflow.residence import ResidenceState as R
from workflow.services import service

# fmt: off
NAMES = {
    "filed":     N_("Filed by your employer"),
    "checked":   N_("Checked for completeness"),
    "accepted":  N_("Accepted"),
    "examined":  N_("Examined"),
    "decided":   N_("The decision"),
    "card":      N_("Electronic card registered"),
    "originals": N_("Originals seen at the window"),
    "residence": N_("Residence permit"),
}
NEXT = {
    S.PRELIMINARY_REVIEW: N_("The authority checks that the filing is complete. Nothing is asked of you now."),
    S.RETURNED:           N_("The authority has asked your employer to correct or add something. Your employer may need something from you."),
    S.IN_CORRECTION:      N_("The authority has asked your employer to correct or add something. Your employer may need something from you."),
    S.SENT_BACK:          N_("The authority has asked your employer to correct or add something. Your employer may need something from you."),
    S.ACCEPTANCE:         N_("The filing is complete; the authority decides whether to accept it. Nothing is asked of you now."),
    S.EXAMINATION:        N_("An officer examines the filing. Nothing is asked of you now."),
    S.DECISION:           N_("The examination is done; another officer decides. Nothing is asked of you now."),
    S.REFUSED:            N_("The application was refused. Your employer has the paper that says why and what can be done against it."),
    S.NOT_ACCEPTED:       N_("The filing was not accepted. Your employer has the paper with the reasons."),
    S.WITHDRAWN:          N_("Your employer has withdrawn the filing. Ask your employer why."),
    S.LEGACY_CARD_REVIEW:      N_("This application of the old system is reviewed anew as an application from overseas. Nothing is asked of you now."),
    S.LEGACY_CARD_EXAMINATION: N_("This application of the old system is reviewed anew as an application from overseas. Nothing is asked of you now."),
}
REGISTER = N_("The permit is granted. Your employer sends you the Notification; after entry, scan the square on it and register your electronic card.")
AFTER_GRANT = {
    R.AWAITING_ORIGINALS:     N_("Bring your passport and every original of the filing to the window, together with your employer. Then apply for the residence permit."),
    R.ORIGINALS_NOT_ACCEPTED: N_("Originals were missing or differed. The paper from the window lists them: come again with all of them."),
    R.ORIGINALS_VERIFIED:     N_("Your originals are complete. The exit-entry authority decides on the residence permit."),
    R.RESIDENCE_GRANTED:      N_("Everything is done. Carry your passport; your electronic card shows the permit."),
    R.RESIDENCE_REFUSED:      N_("The residence permit was refused. The paper says why and what can be done."),
}
DONE = N_("The application is granted and nothing is left to do here.")
TITLES = {"new": N_("Work permit"), "other": N_("Application about your work permit")}
# fmt: on


def next_of(case: Case, residence: Residence | None, has_card: bool) -> str:
    """What happens next, and whether anything is asked of the person."""
    if case.state is not S.GRANTED:
        return gettext(NEXT[case.state])
    if residence is None:
        return gettext(DONE)
    if not has_card and residence.state is R.AWAITING_ORIGINALS:
        return gettext(REGISTER)
    return gettext(AFTER_GRANT[residence.state])


def title(case: Case) -> str:
    """Of the service, without a name of the office: new permits are called so, everything else is about one."""
    return TITLES["new"] if service(case.service).residence else TITLES["other"]
