"""The life of a residence step: originals at the counter first, then the exit-entry office.

Non-acceptance at the counter is a move of this life: the person may come again with what was missing.
"""

from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.guards import all_originals_seen, notice_stands, some_original_wanting
from workflow.papers import Paper as P
from workflow.roles import Role as R


class ResidenceState(StrEnum):
    AWAITING_ORIGINALS = "awaiting_originals"
    ORIGINALS_NOT_ACCEPTED = "originals_not_accepted"  # 不予受理, with the list; not an end
    ORIGINALS_VERIFIED = "originals_verified"
    RESIDENCE_GRANTED = "residence_granted"
    RESIDENCE_REFUSED = "residence_refused"


S = ResidenceState
AT_COUNTER = (S.AWAITING_ORIGINALS, S.ORIGINALS_NOT_ACCEPTED)
# fmt: off
MOVES = (
    Move("verify_originals",  AT_COUNTER,                S.ORIGINALS_VERIFIED,     by=(R.WINDOW,),     guards=(notice_stands, all_originals_seen),    issues=(P.ORIGINALS_RECEIPT,)),
    Move("decline_originals", AT_COUNTER,                S.ORIGINALS_NOT_ACCEPTED, by=(R.WINDOW,),     guards=(some_original_wanting,),               issues=(P.ORIGINALS_NON_ACCEPTANCE,)),
    Move("grant_residence",   (S.ORIGINALS_VERIFIED,),   S.RESIDENCE_GRANTED,      by=(R.EXIT_ENTRY,), guards=(notice_stands,), asks=("residence_number", "valid_from", "valid_to"), issues=(P.RESIDENCE_DECISION,)),
    Move("refuse_residence",  (S.AWAITING_ORIGINALS, S.ORIGINALS_NOT_ACCEPTED, S.ORIGINALS_VERIFIED), S.RESIDENCE_REFUSED, by=(R.EXIT_ENTRY,), asks=("reason",), issues=(P.RESIDENCE_REFUSAL,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)

DAYS_AFTER_ENTRY = 30  # natural days after entry within which the residence permit is applied for


class Verdict(StrEnum):
    """What the window officer found of one original."""

    SEEN = "seen"
    DIFFERS = "differs"
    MISSING = "missing"
