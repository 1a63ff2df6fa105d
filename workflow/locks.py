"""Why a card rests: the line of its file that locked it, and what that means for whoever wants to unlock it."""

from typing import Any

import sqlalchemy as sa

from workflow import card as life
from workflow.card import CardState
from workflow.engine import N_, Refused
from workflow.models import Card, Event, db
from workflow.roles import Role

TURNS = ("register", "lock", "unlock", "dispute", "undo_registration")
SECOND = N_("This goes against what stands on file: a second officer has to confirm it.")


def last_turn(card: Card) -> Event | None:
    """The last line of the card's file that locked it, unlocked it, or changed whose it is."""
    mine = sa.select(Event).where(Event.subject == "card", Event.subject_id == card.id, Event.trigger.in_(TURNS))
    return db.session.scalar(mine.order_by(Event.seq.desc()).limit(1))


def is_disputed(last: Event | None) -> bool:
    """The holder has said that somebody else registered, and nobody has settled it."""
    return last is not None and last.trigger == "dispute"


def is_override(deed: str, card: Card, by: Any, last: Event | None) -> bool:
    colleague = card.state is CardState.LOCKED and last is not None and last.role is Role.WINDOW and last.actor_id != by.id
    return life.is_override(deed, disputed=is_disputed(last), locked_by_colleague=colleague)


def need_second(deed: str, card: Card, by: Any, second: Any) -> None:
    """Raises Refused("second") where the deed is an override and nobody else has confirmed it."""
    if (second is None or second.id == by.id) and is_override(deed, card, by, last_turn(card)):
        raise Refused("second", SECOND)


def by_holder(card: Card) -> bool:
    """Locked by the holder's own hand, and not by a dispute or the window."""
    last = last_turn(card)
    return last is None or (last.trigger == "lock" and last.role is Role.ENTRANT)
