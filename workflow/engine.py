"""Turns a table of Moves into a machine whose every lever is guarded.

The only module that imports `transitions`. It knows no web, no database and no language: a refusal carries a
message id and its values, and the door that asked translates it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from transitions import EventData, Machine, MachineError


def N_(msgid: str) -> str:
    """Mark a message id for extraction; the door translates it, in the language of whoever asked."""
    return msgid


class Said(str):
    """A value inside a sentence that is itself a message id: the door translates it before it fills the sentence."""

    __slots__ = ()


class Refused(Exception):
    """A move that may not happen: a code for machines, a message id and its values for people."""

    def __init__(self, code: str, msgid: str, **values: object):
        super().__init__(msgid % values if values else msgid)
        self.code, self.msgid, self.values = code, msgid, values


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition on (subject, actor) and the sentence a person reads when it does not hold."""

    code: str
    holds: Callable[[Any, Any], bool]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Move:
    """One lever: from any state of `source` to `dest` (None: the subject stays where it is)."""

    trigger: str
    source: tuple[StrEnum, ...]
    dest: StrEnum | None
    by: tuple[Any, ...]  # of roles; the engine need not know which there are
    guards: tuple[Guard, ...] = ()
    asks: tuple[str, ...] = ()
    issues: tuple[StrEnum, ...] = ()

    def unmet(self, subject: Any, actor: Any) -> list[Guard]:
        return [guard for guard in self.guards if not guard.holds(subject, actor)]

    def role_of(self, actor: Any) -> Any:
        """The role in which this actor would pull the lever, the first that the row names."""
        return next((role for role in self.by if role in actor.roles), None)

    def check(self, event: EventData) -> None:
        subject, actor = event.model, event.kwargs["actor"]
        if self.role_of(actor) is None:
            raise Refused("role", N_("This step belongs to another office or person."))
        if not within_reach(subject, actor):
            raise Refused("reach", N_("This file belongs to another employer or another authority."))
        for guard in self.unmet(subject, actor):
            raise Refused(guard.code, guard.otherwise)


class Lever(NamedTuple):
    """A move open to an actor, with the sentences of the conditions it still waits for."""

    move: Move
    unmet: tuple[Guard, ...]


def within_reach(subject: Any, actor: Any) -> bool:
    """Employer and jurisdiction, checked once and here: a handler reaches the files of her employers, an officer those of his authority.

    `reach_employers` and `reach_authorities` are sets of ids; None means "not limited on this side" (the entrant, the system itself).
    """
    employers, authorities = getattr(actor, "reach_employers", None), getattr(actor, "reach_authorities", None)
    if employers is not None and getattr(subject, "employer_id", None) not in employers:
        return False
    return authorities is None or getattr(subject, "authority_id", None) in authorities


class Workflow:
    """A life: its states, its moves, and the two questions asked of them (what is open, do it)."""

    def __init__(self, states: type[StrEnum], moves: Iterable[Move]):
        self.states, self.moves = states, tuple(moves)
        # model=None: a row is never attached to the machine, so no row is ever kept alive by it.
        self._machine = Machine(model=None, states=states, initial=None, auto_transitions=False, send_event=True)
        for move in self.moves:
            self._machine.add_transition(move.trigger, list(move.source), move.dest, prepare=move.check)

    def find(self, trigger: str, state: StrEnum) -> Move | None:
        return next((m for m in self.moves if m.trigger == trigger and state in m.source), None)

    def open_to(self, subject: Any, actor: Any) -> list[Lever]:
        """What this actor may pull now. A lever with unmet conditions is shown, and says why it does not move."""
        if not within_reach(subject, actor):
            return []
        mine = (m for m in self.moves if subject.state in m.source and m.role_of(actor))
        return [Lever(move, tuple(move.unmet(subject, actor))) for move in mine]

    def perform(self, trigger: str, subject: Any, actor: Any) -> Move:
        """Move the subject, or raise Refused with the sentence why not. Nothing else in the house assigns a state."""
        move = self.find(trigger, subject.state)
        if move is None:
            raise Refused("state", N_("This cannot be done at the present stage of the file."), state=subject.state.value)
        try:
            self._machine.events[trigger].trigger(subject, actor=actor)
        except MachineError as error:  # unreachable while the table is the only source of moves
            raise Refused("state", N_("This cannot be done at the present stage of the file.")) from error
        return move
