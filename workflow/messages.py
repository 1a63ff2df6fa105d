"""Messages: written in the transaction of the act, sent afterwards from the outbox. Here without a mail server they stay visible in the outbox.

A message keeps its id and values, so it is read in the reader's language; what is sent outside is put into words by workflow/i18n.py.
"""

from typing import Any

from workflow import clock
from workflow.engine import N_
from workflow.models import Case, Message, Outbox, db
from workflow.services import service

# What the employer and the entrant are told after a move. A move not named here tells nobody.
TO_EMPLOYER = {
    "return_all_at_once": N_("%(number)s, %(name)s: returned for correction. Everything that is wrong is listed at once."),
    "return_for_correction": N_("%(number)s, %(name)s: materials have to be supplemented or corrected."),
    "send_back": N_("%(number)s, %(name)s: the examiner needs more material."),
    "accept": N_("%(number)s, %(name)s: accepted. The limit for the decision runs from today."),
    "decline": N_("%(number)s, %(name)s: not accepted. The reasons are in the paper."),
    "extend_time": N_("%(number)s, %(name)s: the time limit was extended by ten working days. The reasons are in the paper."),
    "grant": N_("%(number)s, %(name)s: granted. The Notification and the Decision can be downloaded."),
    "refuse": N_("%(number)s, %(name)s: refused. Reasons and remedies are in the paper."),
    "cutover_return": N_("%(number)s, %(name)s: since 1 December 2024 this card application is reviewed anew as an application from overseas."),
    "cutover_undo": N_("%(number)s, %(name)s: the return to preliminary review was taken back. The application stands where it stood before."),
    "verify_originals": N_("%(number)s, %(name)s: the originals are complete."),
    "decline_originals": N_("%(number)s, %(name)s: the originals are incomplete. What is missing is listed in the paper."),
    "grant_residence": N_("%(number)s, %(name)s: the residence permit was granted."),
    "refuse_residence": N_("%(number)s, %(name)s: the residence permit was refused. The reasons are in the paper."),
    "registration_locked": N_("%(number)s, %(name)s: five attempts to register the electronic card failed. Registration is locked for a while."),
}
TO_ENTRANT = {
    "grant": N_("Your work permit %(number)s was granted. Your employer will send you the Notification; after entry scan its code to register your electronic card."),
    "refuse": N_("Your work permit application %(number)s was refused. Your employer has the paper with the reasons."),
    "register": N_("Your electronic social security card with the work-permit page is registered. If this was not you, tell the window at once."),
}
CODE = N_("Your code is %(code)s. It is valid for 10 minutes. Nobody from the authority will ask you for it.")


def after_move(case: Case, trigger: str) -> None:
    """Write the messages that a move owes. Call it inside the writing transaction."""
    values, row = {"number": case.number, "name": case.applicant}, service(case.service)
    granted = trigger in ("grant", "complete_paper")
    to_employer = (granted and row.granted_says) or TO_EMPLOYER.get(trigger)
    to_entrant = (granted and row.granted_says_entrant) or TO_ENTRANT.get(trigger)
    if to_employer:
        db.session.add(Message(employer_id=case.employer_id, case_id=case.id, msgid=to_employer, values=values, created_at=clock.now()))
    basic = case.answers.get("basic") or {}
    if to_entrant and basic.get("email"):
        send(basic["email"], to_entrant, values, locale=basic.get("language") or "en", case_id=case.id)


def send(address: str, msgid: str, values: dict[str, Any], *, locale: str = "en", case_id: int | None = None) -> Message:
    """Promise a message to an address outside; the outbox sends it once the act has committed."""
    row = Message(address=address, case_id=case_id, msgid=msgid, values=values, locale=locale, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    db.session.add(Outbox(task="send_message", key=f"send:{row.id}", payload={"message": row.id}, created_at=clock.now(), due_at=clock.now()))
    return row
