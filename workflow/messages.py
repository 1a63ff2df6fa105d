"""Messages: written in the transaction of the act, sent afterwards from the outbox. Here without a mail server they stay visible in the outbox.

A message keeps its id and values, so it is read in the reader's language; what is sent outside is put into words by workflow/i18n.py.
"""

from typing import Any

import sqlalchemy as sa

from workflow import clock, tracking
from workflow.engine import N_
from workflow.models import AgentAuthority, Case, Message, Outbox, User, UserRole, db
from workflow.profiles import AFTER_VERIFICATION
from workflow.roles import Role
from workflow.services import service

# What the employer and the entrant are told after a move. A move not named here tells nobody.
TO_EMPLOYER = {
    "return_all_at_once": N_("%(number)s, %(name)s: returned for correction. Everything that is wrong is listed at once."),
    "return_for_correction": N_("%(number)s, %(name)s: materials have to be supplemented or corrected."),
    "send_back": N_("%(number)s, %(name)s: the examiner needs more material."),
    "pass_preliminary": N_("%(number)s, %(name)s: the preliminary review is passed. The filing is now in acceptance."),
    "see_originals": N_("%(number)s, %(name)s: the originals were seen at the window, all in order."),
    "recommend": N_("%(number)s, %(name)s: examined and handed on for decision."),
    "reexamine": N_("%(number)s, %(name)s: examined once more before the decision."),
    "accept": N_("%(number)s, %(name)s: accepted. The limit for the decision runs from today."),
    "decline": N_("%(number)s, %(name)s: not accepted. The reasons are in the paper."),
    "extend_time": N_("%(number)s, %(name)s: the time limit was extended by ten working days. The reasons are in the paper."),
    "grant": N_("%(number)s, %(name)s: granted. The Notification and the Decision can be downloaded."),
    "refuse": N_("%(number)s, %(name)s: refused. Reasons and remedies are in the paper."),
    "cutover_return": N_("%(number)s, %(name)s: since 1 December 2024 this card application is reviewed anew as an application from overseas."),
    "cutover_undo": N_("%(number)s, %(name)s: the return to preliminary review was taken back. The application stands where it stood before."),
    "call_in": N_("%(number)s, %(name)s: the material review is passed. Book an appointment at the window on the page of the case, and bring all originals."),
    "book": N_("%(number)s, %(name)s: appointment on %(day)s at %(time)s, with all originals: %(window_zh)s (%(window_en)s)."),
    "move_appointment": N_("%(number)s, %(name)s: the appointment was moved to %(day)s at %(time)s: %(window_zh)s (%(window_en)s)."),
    "miss_appointment": N_("%(number)s, %(name)s: nobody came to the appointment. Book another on the page of the case."),
    "refuse_together": N_("%(number)s, %(name)s: the residence permit filed together with the work permit was refused with it. Its own paper can be downloaded."),
    "verify_originals": N_("%(number)s, %(name)s: the originals are complete."),
    "decline_originals": N_("%(number)s, %(name)s: the originals are incomplete. What is missing is listed in the paper."),
    "grant_residence": N_("%(number)s, %(name)s: the residence permit was granted."),
    "refuse_residence": N_("%(number)s, %(name)s: the residence permit was refused. The reasons are in the paper."),
    "registration_locked": N_("%(number)s, %(name)s: five attempts to register the electronic card failed. Registration is locked for a while."),
}
TO_ENTRANT = {
    "submit": N_("Your employer has filed %(number)s about your work in China. You are told at each step; nothing is asked of you now."),
    "return_all_at_once": N_("%(number)s: the authority has asked your employer to correct the filing. Your employer may need something from you."),
    "return_for_correction": N_("%(number)s: the authority has asked your employer for more material. Your employer may need something from you."),
    "send_back": N_("%(number)s: the authority has asked your employer for more material. Your employer may need something from you."),
    "resubmit": N_("%(number)s: your employer has corrected the filing and sent it again."),
    "pass_preliminary": N_("%(number)s: the preliminary review is passed. The filing is now in acceptance."),
    "see_originals": N_("%(number)s: your originals were seen at the window, all in order."),
    "recommend": N_("%(number)s: the filing was examined and handed on for decision."),
    "reexamine": N_("%(number)s: the filing is examined once more before the decision."),
    "accept": N_("%(number)s was accepted. The limit for the decision runs from today."),
    "decline": N_("%(number)s was not accepted. Your employer has the paper with the reasons."),
    "extend_time": N_("%(number)s: the time limit for the decision was extended by ten working days. Your employer has the paper with the reasons."),
    "withdraw": N_("%(number)s was withdrawn by your employer."),
    "call_in": N_("%(number)s: the material review is passed. Your employer books an appointment at the window, where your originals are seen."),
    "book": N_("%(number)s: your appointment is on %(day)s at %(time)s. Come with your passport and all originals: %(window_en)s (%(window_zh)s)."),
    "move_appointment": N_("%(number)s: your appointment was moved to %(day)s at %(time)s: %(window_en)s (%(window_zh)s)."),
    "miss_appointment": N_("%(number)s: nobody came to the appointment. Your employer books another."),
    "refuse_together": N_("%(number)s: your residence permit was refused together with the work permit. Your employer has the paper."),
    "verify_originals": N_("%(number)s: your originals are complete. The exit-entry authority decides on the residence permit next."),
    "decline_originals": N_("%(number)s: your originals are incomplete. What is missing stands in the paper you were given at the window; come again with it."),
    "grant_residence": N_("%(number)s: your residence permit was granted."),
    "refuse_residence": N_("%(number)s: your residence permit was refused. The paper says why and what can be done."),
    "grant": N_("Your work permit %(number)s was granted. Your employer will send you the Notification; after entry scan its code to register your electronic card."),
    "refuse": N_("Your work permit application %(number)s was refused. Your employer has the paper with the reasons."),
    "card_lock": N_("Your electronic card was locked. Nobody can show it until it is unlocked. If this was not you, come to the window with your passport."),
    "card_unlock": N_("Your electronic card was unlocked. If this was not you, lock it at once and come to the window with your passport."),
    "undo_registration": N_("The registration of your electronic card was undone at the window. You can register again with your letter. If you did not ask for this, tell the window at once."),
    "window_code": N_("An officer at the window handed out a code for your electronic card. If you were not there, tell the authority at once."),
    "report_answer": N_("%(number)s: the authority has answered what you said was wrong: %(words)s"),
    "register": N_("Your electronic social security card with the work-permit page is registered. If this was not you, tell the window at once."),
}
# In place of the above, under the profile of the case (see _instead).
BRING_FIRST = N_("%(number)s, %(name)s: the preliminary review is passed. Bring all originals to the window before the filing is accepted: %(window_zh)s (%(window_en)s), %(phone)s.")
DECISION_LATER = N_("%(number)s, %(name)s: granted. The Notification can be downloaded now, the Decision when the originals have been verified at the window.")
DECISION_NOW = N_("%(number)s, %(name)s: the originals are complete. The Decision can be downloaded now.")
# What the employer's side does itself: told to both sides where an agent may file for the employer.
BY_HANDLER = {
    "submit": N_("%(number)s, %(name)s: filed by %(who)s."),
    "resubmit": N_("%(number)s, %(name)s: corrected and filed again by %(who)s."),
    "withdraw": N_("%(number)s, %(name)s: withdrawn by %(who)s."),
}
# What the windows of an authority are told, each officer in his own list.
TO_WINDOW = {
    "dispute": N_("%(number)s, %(name)s: the holder says that somebody else registered the electronic card. It is locked until a window has seen the passport."),
    "report_wrong": N_("%(number)s, %(name)s: the holder says that something on the card is wrong: %(words)s"),
    "report_case": N_("%(number)s, %(name)s: the person of the case says that something in it is wrong, or that it is not theirs: %(words)s"),
    "override": N_("%(number)s, %(name)s: %(who)s asks a second officer to confirm a deed upon the electronic card."),
}
CODE = N_("Your code is %(code)s. It is valid for 10 minutes. Nobody from the authority will ask you for it.")


def after_move(case: Case, trigger: str, by: Any = None, **more: str) -> None:
    """Write the messages that a move owes: to the employer, to its agents, to the entrant. Call it inside the writing transaction."""
    values, row = {"number": case.number, "name": case.applicant} | more, service(case.service)
    granted = trigger in ("grant", "complete_paper")
    if trigger == "pass_preliminary" and row.is_joint:
        return  # told by the residence step, which calls in to the window (workflow/together.py)
    to_employer = _instead(case, trigger) or (granted and row.granted_says) or TO_EMPLOYER.get(trigger)
    to_entrant = (granted and row.granted_says_entrant) or TO_ENTRANT.get(trigger)
    values |= _window(case) if to_employer is BRING_FIRST else {}
    if to_employer:
        tell_employer(case.employer_id, case.id, to_employer, values)
    if by is not None and trigger in BY_HANDLER and agents_of(case.employer_id):
        tell_employer(case.employer_id, case.id, BY_HANDLER[trigger], values | {"who": f"{by.name}, {by.employer.name}" if by.employer else by.name})
    basic = case.answers.get("basic") or {}
    if to_entrant and basic.get("email"):
        locale = basic.get("language") or "en"
        send(basic["email"], to_entrant, values | {"link": tracking.link(case)}, locale=locale, case_id=case.id)


def _instead(case: Case, trigger: str) -> str:
    """What the employer reads where the authority sees originals, or releases the Decision, at another time than most."""
    if trigger == "pass_preliminary" and case.originals_to_see:
        return BRING_FIRST
    if case.profile.release != AFTER_VERIFICATION or not case.brings_originals:
        return ""
    return {"grant": DECISION_LATER, "verify_originals": DECISION_NOW}.get(trigger, "")


def _window(case: Case) -> dict[str, str]:
    """Where originals are brought: the window of the profile, or the authority itself where none is named."""
    profile, office = case.profile, case.authority
    return {"window_zh": profile.window_zh or office.name, "window_en": profile.window_en or office.name_en, "phone": profile.phone}


def tell_employer(employer_id: int, case_id: int | None, msgid: str, values: dict[str, Any]) -> None:
    """A message to the employer's handlers, and the same to the handlers of each agent that may file for it today."""
    for place in (employer_id, *agents_of(employer_id)):
        db.session.add(Message(employer_id=place, case_id=case_id, msgid=msgid, values=values, created_at=clock.now()))


def agents_of(employer_id: int) -> list[int]:
    found = sa.select(AgentAuthority.agent_id).where(AgentAuthority.employer_id == employer_id, *AgentAuthority.in_force(clock.today())).distinct()
    return list(db.session.scalars(found))


def tell_holder(person: Any, msgid: str, values: dict[str, Any], *, case_id: int | None = None) -> None:
    """To the holder's contact on file, in the language of the filing: by e-mail where there is one."""
    if address := person.email or person.mobile:
        send(address, msgid, values, locale=person.locale or "en", case_id=case_id)


def tell_window(authority_id: int, case_id: int | None, msgid: str, values: dict[str, Any], *, but: int = 0, roles: tuple[Role, ...] = (Role.WINDOW,)) -> None:
    """A message to every window officer of the authority (or those of other `roles`), except `but`."""
    officers = sa.select(User.id).join(UserRole).where(User.authority_id == authority_id, User.active, UserRole.role.in_(roles), User.id != but).distinct()
    for officer in db.session.scalars(officers):
        db.session.add(Message(user_id=officer, case_id=case_id, msgid=msgid, values=values, created_at=clock.now()))


def send(address: str, msgid: str, values: dict[str, Any], *, locale: str = "en", case_id: int | None = None) -> Message:
    """Promise a message to an address outside; the outbox sends it once the act has committed."""
    row = Message(address=address, case_id=case_id, msgid=msgid, values=values, locale=locale, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    db.session.add(Outbox(task="send_message", key=f"send:{row.id}", payload={"message": row.id}, created_at=clock.now(), due_at=clock.now()))
    return row
