"""Registering the electronic card: from a notice in somebody's hand to a card in the holder's.

Everything printed on the notice counts as known to whoever finds it. So registration asks for the name and passport number and for the
date of birth, which is not printed; for a code that reaches the contacts on file, or comes from the window; and for a password.
Five tries that do not match lock the letter for a while, whatever was wrong in them, and tell the employer. One card a person, for life.
"""

import hmac
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow import card as life
from workflow import clock, codes, issuing, jobs, ledger, locks, messages, naming, showing, throttle
from workflow.card import CardState
from workflow.engine import N_, Refused, within_reach
from workflow.models import Card, CardDevice, Case, PaperRow, Permit, Throttle, db, writing
from workflow.papers import OPENS_REGISTRATION
from workflow.passwords import hash_password
from workflow.roles import ENTRANT, Actor, Role
from workflow.transaction import load

TRIES = 5
LOCK_MINUTES = 30
LOCKED = N_("Five tries did not match. Registration of this letter rests until %(until)s. The window can help at once: bring your passport.")
NOT_A_MATCH = N_("What you entered does not match. Compare name, passport number and date of birth with your passport. Tries left: %(left)s.")
WRONG_CODE = N_("This code does not match or has ended. Tries left: %(left)s.")


def paper_key(paper_id: int) -> str:
    return f"paper:{paper_id}"


def open_paper(paper: PaperRow | None) -> PaperRow:
    """The notice, if registration is open with it. Not bound to its three months: open while the permit is in force."""
    if paper is None or paper.kind not in OPENS_REGISTRATION or paper.permit is None:
        raise Refused("not_a_notice", N_("An electronic card is registered with the Notification Letter of Foreigner's Work Permit. This is another paper."))
    if issuing.withdrawn(paper.kid):
        raise Refused("withdrawn_key", N_("The key that signed this letter was withdrawn: it does not open registration any more. Ask your employer for the letter that was issued anew."))
    if not paper.permit.in_force():
        raise Refused("not_in_force", N_("The work permit of this letter is not in force. An electronic card cannot be registered with it."))
    card = card_of(paper.permit)
    if card is not None and card.password_hash:
        raise Refused("registered", N_("The holder of this letter has an electronic card already. One card is for life: a new permit appears on it by itself."))
    return paper


def card_of(permit: Permit) -> Card | None:
    return db.session.scalar(sa.select(Card).where(Card.person_id == permit.person_id))


def identify(paper_id: int, name: str, passport_no: str, birth_date: date, *, at: str = "phone", locale: str = "en", by: Actor = ENTRANT) -> bool:
    """Prove to be the person of the notice, and have a code sent. Raises Refused("no_match") or Refused("locked"), never saying what was wrong.

    False: proven, but no new code went out, since several went out already; one from the window still helps.
    """
    _count_try(paper_id)
    if not _is_person(_open(paper_id), name, passport_no, birth_date):
        raise _missed(paper_id, "no_match", NOT_A_MATCH, at, by)
    throttle.forgive(paper_key(paper_id))
    try:
        send_code(paper_id, locale=locale)
    except Refused:
        return False
    return True


def _is_person(paper: PaperRow, name: str, passport_no: str, birth_date: date) -> bool:
    """All three are compared whatever the first ones gave."""
    assert paper.permit is not None
    person = paper.permit.person
    matches = (
        naming.same_name(name, person.surname, person.given_names),
        naming.same_document(passport_no, person.passport_no),
        hmac.compare_digest(birth_date.isoformat(), person.birth_date.isoformat()),
    )
    return all(matches)


def dispute(paper_id: int, name: str, passport_no: str, birth_date: date, *, at: str = "phone", by: Actor = ENTRANT) -> None:
    """“This is my letter, but I did not register”: the card is locked at once and the window told, which undoes it after seeing the passport."""
    _count_try(paper_id)
    paper = db.session.get_one(PaperRow, paper_id)
    if not _is_person(paper, name, passport_no, birth_date):
        raise _missed(paper_id, "no_match", NOT_A_MATCH, at, by)
    with writing() as session:
        paper = session.get_one(PaperRow, paper_id)
        held = card_of(paper.permit)  # type: ignore[arg-type]
        if held is None:
            raise Refused("not_registered", N_("Nobody has registered a card with this letter. You can register now."))
        card, case = load(Card, held.id), load(Case, paper.case_id)
        from_state, from_version = card.state, card.version
        if card.state is CardState.ACTIVE:
            life.lifecycle.perform("lock", card, ENTRANT)
        showing.end_visits(card.id)
        facts = {"at": at, "paper": paper.number}
        ledger.write(card, "dispute", by=by, role=Role.ENTRANT, from_version=from_version, from_state=from_state, to_state=card.state, case_id=case.id, facts=facts)
        messages.tell_window(case.authority_id, case.id, messages.TO_WINDOW["dispute"], {"number": case.number, "name": case.applicant})
    throttle.forgive(paper_key(paper_id))


def undo(card_id: int, *, by: Any, reason: str) -> Card:
    """For the window officer who has seen the passport: the registration counts as not done, and the letter opens registration again. The number of the card stays.

    Raises Refused("second") where the holder has not disputed it: then another officer confirms (workflow/card_window.py).
    """
    if Role.WINDOW not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    if not reason.strip():
        raise Refused("asks:reason", N_("Say why: the paper and the case file carry these words."))
    with writing():
        card = undo_within(card_id, by, None, reason)
    jobs.wake()
    return card


def undo_within(card_id: int, by: Any, second: Any, reason: str) -> Card:
    """Inside the writing transaction."""
    card = load(Card, card_id)
    from_state, from_version = card.state, card.version
    if not within_reach(card, by):
        raise Refused("reach", N_("This file belongs to another employer or another authority."))
    locks.need_second("undo_registration", card, by, second)
    if card.state is CardState.ACTIVE:
        life.lifecycle.perform("lock", card, by)
    card.password_hash = ""
    db.session.execute(sa.delete(CardDevice).where(CardDevice.card_id == card.id))
    showing.end_visits(card.id)
    case_id = card.permit.case_id if card.permit else None
    facts = {"reason": reason.strip()[:500], **({"with": second.name} if second else {})}
    ledger.write(card, "undo_registration", by=by, role=Role.WINDOW, from_version=from_version, from_state=from_state, to_state=card.state, case_id=case_id, facts=facts)
    messages.tell_holder(card.person, messages.TO_ENTRANT["undo_registration"], {}, case_id=case_id)
    db.session.flush()
    return card


def send_code(paper_id: int, *, locale: str = "en") -> None:
    with writing():
        paper = _open(paper_id)
        codes.send(paper_key(paper_id), paper.permit.person, locale=locale, case_id=paper.case_id)  # type: ignore[union-attr]
    jobs.wake()


def check_code(paper_id: int, typed: str, *, at: str = "phone", by: Actor = ENTRANT) -> None:
    """Spend a code that was sent or handed out. Raises Refused("no_match") or Refused("locked")."""
    _count_try(paper_id)
    with writing():
        _open(paper_id)
        right = codes.spend(paper_key(paper_id), typed)
    if not right:
        raise _missed(paper_id, "no_match", WRONG_CODE, at, by)
    throttle.forgive(paper_key(paper_id))


def window_code(paper_id: int, *, by: Any) -> str:
    """For the window officer who has seen the passport: a code that is read out once and lives thirty minutes. It ends a lock as well."""
    if Role.WINDOW not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing():
        paper = _open(paper_id)
        case = load(Case, paper.case_id)
        if not within_reach(case, by):
            raise Refused("reach", N_("This file belongs to another employer or another authority."))
        code = codes.hand_out(paper_key(paper_id), by)
        ledger.write(case, "window_code", by=by, role=Role.WINDOW, from_version=case.version, facts={"paper": paper.number})
        messages.tell_holder(paper.permit.person, messages.TO_ENTRANT["window_code"], {}, case_id=case.id)  # type: ignore[union-attr]
    throttle.clear(paper_key(paper_id))
    jobs.wake()
    return code


def password_problem(password: str) -> str | None:
    """What a new password lacks, as a message id; None when it will do."""
    if not 8 <= len(password) <= 16:
        return N_("The password needs 8 to 16 characters.")
    kinds = (any(c.isalpha() for c in password), any(c.isdigit() for c in password), any(not c.isalnum() for c in password))
    return None if sum(kinds) >= 2 else N_("The password needs at least two of these: letters, digits, signs.")


def register(paper_id: int, password: str, *, at: str = "phone", locale: str = "en", by: Actor = ENTRANT) -> Card:
    """Make the card of a person who has proven to be the holder (the visit knows; see kiosk/register)."""
    if problem := password_problem(password):
        raise Refused("password", problem)
    hashed = hash_password(password)
    with writing() as session:
        paper = _open(paper_id)
        permit = load(Permit, paper.permit_id or 0)
        person = permit.person
        undone = card_of(permit)
        if undone is None:
            number = life.social_security_number(person.nationality, person.passport_no)
            card, from_version = Card(person_id=person.id, person=person, password_hash=hashed, security_number=number, registered_at=clock.now()), 0
            session.add(card)
            session.flush()
        else:  # registered by somebody else, undone at the window: the same card for life
            card, from_version = load(Card, undone.id), undone.version
            card.password_hash, card.registered_at = hashed, clock.now()
            life.lifecycle.perform("unlock", card, ENTRANT)
        ledger.write(card, "register", by=by, role=Role.ENTRANT, from_version=from_version, to_state=card.state, case_id=permit.case_id, facts={"at": at, "paper": paper.number})
        if person.email:
            messages.send(person.email, messages.TO_ENTRANT["register"], {}, locale=locale, case_id=permit.case_id)
        session.flush()
    throttle.clear(paper_key(paper_id))
    jobs.wake()
    return card


def locked_until(paper_id: int) -> datetime | None:
    return throttle.blocked(paper_key(paper_id))


def _open(paper_id: int) -> PaperRow:
    return open_paper(db.session.get(PaperRow, paper_id))


def _count_try(paper_id: int) -> None:
    if until := throttle.attempt(paper_key(paper_id), TRIES, LOCK_MINUTES):
        raise _locked(until)


def _locked(until: datetime) -> Refused:
    return Refused("locked", LOCKED, until=until.astimezone(clock.BEIJING).strftime("%H:%M"))


def _missed(paper_id: int, code: str, msgid: str, at: str, by: Actor) -> Refused:
    """The try counted already; the fifth locks, and tells."""
    until = throttle.blocked(paper_key(paper_id))
    if until is None:
        with db.engine.connect() as now:  # the session may still see what stood before this try
            failures = now.scalar(sa.select(Throttle.failures).where(Throttle.key == paper_key(paper_id))) or 0
        return Refused(code, msgid, left=TRIES - failures)
    with writing() as session:
        paper = session.get_one(PaperRow, paper_id)
        case = load(Case, paper.case_id)
        ledger.write(case, "registration_locked", by=by, role=Role.ENTRANT, from_version=case.version, facts={"at": at, "paper": paper.number})
        told = {"number": case.number, "name": case.applicant}
        messages.tell_employer(case.employer_id, case.id, messages.TO_EMPLOYER["registration_locked"], told)
    return _locked(until)
