"""The card at the window: whose it is, why it rests, and what an officer who has seen the passport may do with it.

Every deed has a reason, a line in the card's file with its actor, and a message to the holder. What goes against what stands on file
(workflow/card.py, `is_override`) waits for a second officer: the first asks, another of the same authority confirms or declines.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from workflow import clock, holding, jobs, ledger, locks, messages, showing
from workflow.engine import N_, Refused, within_reach
from workflow.models import Card, CardOverride, Event, PaperRow, Permit, Person, User, db, writing
from workflow.papers import OPENS_REGISTRATION
from workflow.roles import Role
from workflow.transaction import load, within

SECONDS = (Role.WINDOW, Role.ADMIN)  # who may be the second pair of eyes
LONGEST = 500
MOST_LINES = 40
AGREED, DECLINED = "confirmed", "declined"


@dataclass(frozen=True)
class Holder:
    """What the window sees of one person. `letter`: the paper that opens registration now; `ask`: what waits for a second officer."""

    person: Person
    permits: list[Permit]
    card: Card | None
    letter: PaperRow | None
    events: list[Event]
    ask: CardOverride | None

    @property
    def registered(self) -> bool:
        return self.card is not None and bool(self.card.password_hash)

    @property
    def last(self) -> Event | None:
        return next((e for e in self.events if e.trigger in locks.TURNS), None)

    @property
    def disputed(self) -> bool:
        return locks.is_disputed(self.last)


def find(person_id: int, by: Any) -> Holder | None:
    """The holder, if the newest permit is of this officer's authority; None otherwise."""
    newest = sa.select(Permit).where(Permit.person_id == person_id).order_by(Permit.id.desc()).options(joinedload(Permit.case))
    permits = list(db.session.scalars(newest))
    if not permits or not within_reach(permits[0], by):
        return None
    card = db.session.scalar(sa.select(Card).where(Card.person_id == person_id))
    mine = sa.select(PaperRow).where(PaperRow.permit_id == permits[0].id, PaperRow.kind.in_(OPENS_REGISTRATION))
    letter = db.session.scalar(mine.order_by(PaperRow.id.desc()).limit(1)) if permits[0].in_force() else None
    events, ask = [], None
    if card is not None:
        events = list(db.session.scalars(sa.select(Event).where(Event.subject == "card", Event.subject_id == card.id).order_by(Event.seq.desc()).limit(MOST_LINES)))
        ask = db.session.scalar(sa.select(CardOverride).where(CardOverride.card_id == card.id, CardOverride.outcome == "").options(joinedload(CardOverride.asked_by).lazyload(User.grants)))
    return Holder(permits[0].person, permits, card, letter, events, ask)


def lock(card_id: int, reason: str, *, by: Any) -> None:
    _officer(by)
    showing.lock(card_id, by=by, reason=_why(reason))


def unlock(card_id: int, reason: str, *, by: Any) -> str:
    """ "done", or "asked" where a second officer has to confirm."""
    _officer(by)
    return _alone_or_asked("unlock", card_id, _why(reason), by, lambda why: showing.unlock(card_id, by=by, reason=why))


def undo(card_id: int, reason: str, *, by: Any) -> str:
    """ "done", or "asked": where the holder has not disputed the registration, a second officer has to confirm."""
    _officer(by)
    if not db.session.get_one(Card, card_id).password_hash:
        raise Refused("not_registered", N_("The registration of this card has been undone already."))
    return _alone_or_asked("undo_registration", card_id, _why(reason), by, lambda why: holding.undo(card_id, by=by, reason=why))


def _alone_or_asked(deed: str, card_id: int, why: str, by: Any, do: Any) -> str:
    try:
        do(why)
    except Refused as refusal:
        if refusal.code != "second":
            raise
        _ask(deed, card_id, why, by)
        return "asked"
    return "done"


def _ask(deed: str, card_id: int, why: str, by: Any) -> None:
    waits = Refused("waiting", N_("Something about this card waits for a second officer already."))
    try:
        with writing() as session:
            card = load(Card, card_id)
            if session.scalar(sa.select(CardOverride.id).where(CardOverride.card_id == card_id, CardOverride.outcome == "")):
                raise waits
            authority = card.authority_id
            if authority is None or not within_reach(card, by):
                raise Refused("reach", N_("This file belongs to another employer or another authority."))
            session.add(CardOverride(card_id=card_id, authority_id=authority, deed=deed, reason=why, asked_by_id=by.id, asked_at=clock.now()))
            permit = card.permit
            case_id, number = (permit.case_id, permit.case.number) if permit else (None, "")
            ledger.write(card, "ask_override", by=by, role=Role.WINDOW, from_version=card.version, case_id=case_id, facts={"deed": deed, "reason": why})
            told = {"number": number, "name": card.person.name, "who": by.name}
            messages.tell_window(authority, None, messages.TO_WINDOW["override"], told, but=by.id, roles=SECONDS)
            session.flush()
    except IntegrityError as clash:  # a colleague asked a moment earlier
        raise waits from clash


def waiting_at(authority_id: int) -> list[CardOverride]:
    """What waits for a second officer, the oldest first."""
    query = sa.select(CardOverride).where(CardOverride.authority_id == authority_id, CardOverride.outcome == "").order_by(CardOverride.id)
    return list(db.session.scalars(query.options(joinedload(CardOverride.card), joinedload(CardOverride.asked_by).lazyload(User.grants)).limit(50)))


def settle(ask_id: int, agree: bool, *, by: Any) -> None:
    """The second officer confirms, and the deed is done in the first one's name; or declines, and nothing happens to the card. One transaction; of two colleagues one wins."""
    role = next((role for role in SECONDS if role in by.roles), None)
    if role is None:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing() as session:
        ask = session.get(CardOverride, ask_id)
        if ask is None or not within_reach(ask, by):
            raise Refused("gone", N_("This file does not exist."))
        if ask.asked_by_id == by.id:
            raise Refused("four_eyes", N_("Who asks may not confirm as well: a colleague has to."))
        first = session.get_one(User, ask.asked_by_id)
        if agree and not (first.active and Role.WINDOW in first.roles):
            raise Refused("role", N_("The officer who asked does not serve at the window any more. Decline, and ask anew."))
        settled = sa.update(CardOverride).where(CardOverride.id == ask_id, CardOverride.outcome == "")
        if not session.execute(settled.values(outcome=AGREED if agree else DECLINED, settled_by_id=by.id, settled_at=clock.now())).rowcount:
            raise Refused("stale", N_("Meanwhile a colleague has settled this."))
        card = load(Card, ask.card_id)
        facts, case_id = {"deed": ask.deed, "reason": ask.reason}, card.permit.case_id if card.permit else None
        if agree and ask.deed == "unlock":
            showing.unlock_within(card.id, first, by, {"reason": ask.reason, "with": by.name})
        elif agree:
            holding.undo_within(card.id, first, by, ask.reason)
        ledger.write(card, "confirm_override" if agree else "decline_override", by=by, role=role, from_version=card.version, case_id=case_id, facts=facts)
        session.flush()
    jobs.wake()


def _officer(by: Any) -> None:
    if Role.WINDOW not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))


def _why(reason: str) -> str:
    why = " ".join(reason.split())
    if len(why) < 3:
        raise Refused("asks:reason", N_("Say why: the paper and the case file carry these words."))
    within("asks:reason", why, LONGEST)
    return why
