"""The life of a residence step: originals at the counter first, then the exit-entry office. Filed together with the work permit (并联) it begins
with the filing: called in after the material review, an appointment at a window, originals, and the work permit's decision before its own.

Non-acceptance at the counter is a move of this life: the person may come again with what was missing.
"""

from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.guards import (
    all_originals_seen,
    appointment_ahead,
    appointment_missed,
    filed_together,
    moved_once,
    notice_stands,
    notice_stands_or_together,
    seen_if_together,
    some_original_wanting,
    work_granted,
)
from workflow.papers import Paper as P
from workflow.roles import Role as R


class ResidenceState(StrEnum):
    TRAVELLING = "travelling"  # 并联: filed with the work permit, in material review
    APPOINTMENT_DUE = "appointment_due"  # 待预约
    APPOINTED = "appointed"  # 已预约
    AWAITING_ORIGINALS = "awaiting_originals"
    ORIGINALS_NOT_ACCEPTED = "originals_not_accepted"  # 不予受理, with the list; not an end
    ORIGINALS_VERIFIED = "originals_verified"
    RESIDENCE_GRANTED = "residence_granted"
    RESIDENCE_REFUSED = "residence_refused"
    ENDED_WITH_FILING = "ended_with_filing"  # the filing was withdrawn or not accepted


S = ResidenceState
AT_COUNTER = (S.AWAITING_ORIGINALS, S.ORIGINALS_NOT_ACCEPTED, S.APPOINTED)
BEFORE_WINDOW = (S.TRAVELLING, S.APPOINTMENT_DUE, S.APPOINTED)
TOGETHER = (*BEFORE_WINDOW, S.ORIGINALS_NOT_ACCEPTED, S.ORIGINALS_VERIFIED)  # of a joint filing, while the work permit is not decided
SEEN = (S.ORIGINALS_VERIFIED, S.RESIDENCE_GRANTED, S.RESIDENCE_REFUSED)
# fmt: off
MOVES = (
    Move("call_in",           (S.TRAVELLING,),           S.APPOINTMENT_DUE,        by=(R.SYSTEM,)),
    Move("book",              (S.APPOINTMENT_DUE, S.ORIGINALS_NOT_ACCEPTED), S.APPOINTED, by=(R.HANDLER,), guards=(filed_together,), asks=("slot",)),
    Move("move_appointment",  (S.APPOINTED,),            None,                     by=(R.HANDLER,),    guards=(moved_once, appointment_ahead), asks=("slot",)),
    Move("miss_appointment",  (S.APPOINTED,),            S.APPOINTMENT_DUE,        by=(R.WINDOW,),     guards=(appointment_missed,)),
    Move("verify_originals",  AT_COUNTER,                S.ORIGINALS_VERIFIED,     by=(R.WINDOW,),     guards=(notice_stands_or_together, all_originals_seen), issues=(P.ORIGINALS_RECEIPT,)),
    Move("decline_originals", AT_COUNTER,                S.ORIGINALS_NOT_ACCEPTED, by=(R.WINDOW,),     guards=(some_original_wanting,),               issues=(P.ORIGINALS_NON_ACCEPTANCE,)),
    Move("join_permit",       (S.ORIGINALS_VERIFIED, S.RESIDENCE_REFUSED), None,   by=(R.SYSTEM,)),
    Move("grant_residence",   (S.ORIGINALS_VERIFIED,),   S.RESIDENCE_GRANTED,      by=(R.EXIT_ENTRY,), guards=(work_granted, notice_stands), asks=("residence_number", "valid_from", "valid_to"), issues=(P.RESIDENCE_DECISION,)),
    Move("refuse_residence",  (S.AWAITING_ORIGINALS, S.ORIGINALS_NOT_ACCEPTED, S.ORIGINALS_VERIFIED), S.RESIDENCE_REFUSED, by=(R.EXIT_ENTRY,), guards=(seen_if_together,), asks=("reason",), issues=(P.RESIDENCE_REFUSAL,)),
    Move("refuse_together",   TOGETHER,                  S.RESIDENCE_REFUSED,      by=(R.SYSTEM,),     issues=(P.RESIDENCE_REFUSAL,)),
    Move("end_together",      TOGETHER,                  S.ENDED_WITH_FILING,      by=(R.SYSTEM,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)

DAYS_AFTER_ENTRY = 30  # natural days after entry within which the residence permit is applied for


class Verdict(StrEnum):
    """What the window officer found of one original."""

    SEEN = "seen"
    DIFFERS = "differs"
    MISSING = "missing"
