"""The life of an electronic social security card: one a person, for life; permits come and go on it."""

from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.roles import Role as R


class CardState(StrEnum):
    ACTIVE = "active"
    LOCKED = "locked"
    CLOSED = "closed"


S = CardState
# fmt: off
MOVES = (
    Move("lock",   (S.ACTIVE,),          S.LOCKED, by=(R.ENTRANT, R.WINDOW)),
    Move("unlock", (S.LOCKED,),          S.ACTIVE, by=(R.ENTRANT, R.WINDOW)),
    Move("close",  (S.ACTIVE, S.LOCKED), S.CLOSED, by=(R.WINDOW, R.SYSTEM), asks=("reason",)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)


def is_override(deed: str, *, disputed: bool, locked_by_colleague: bool) -> bool:
    """Whether a deed of the window goes against what stands on file, so that a second officer has to confirm it.

    Undoing a registration is what a holder asks for who has disputed it; without that word it takes access from somebody who never complained.
    Unlocking gives access: where the holder disputed, or a colleague locked for a reason of his own, one officer alone does not.
    """
    return {"undo_registration": not disputed, "unlock": disputed or locked_by_colleague}.get(deed, False)


def social_security_number(nationality: str, passport_no: str) -> str:
    """18 characters: alpha-3 country, a reserved 0, the document number right-aligned in 14 (MOHRSS Order 16 of 2011; annex not seen)."""
    return f"{nationality}0{passport_no.upper()[-14:]:0>14}"
