"""The life of a work-permit case: every state and every move, on one page.

Read a row: `trigger` takes it from `source` to `dest`; `by` names who may pull it;
`guards` must hold; `asks` is what the form collects; `issues` is what leaves the office.
"""

from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.guards import (
    by_window,
    complete,
    every_defect_answered,
    first_extension,
    four_eyes,
    has_defects,
    no_open_defect,
    nothing_blocking,
    originals_seen_where_due,
    originals_to_see,
)
from workflow.papers import Paper as P
from workflow.papers import Slot
from workflow.roles import Role as R


class State(StrEnum):
    DRAFT = "draft"
    PRELIMINARY_REVIEW = "preliminary_review"  # 预审
    RETURNED = "returned"  # 退回: all defects told at once, before acceptance
    ACCEPTANCE = "acceptance"  # 受理
    IN_CORRECTION = "in_correction"  # 补正
    EXAMINATION = "examination"  # 审查
    SENT_BACK = "sent_back"  # 审查 needs more; accepted once, never twice
    DECISION = "decision"  # 决定
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    LEGACY_CARD_REVIEW = "legacy_card_review"  # 申领工作许可证 of the old system, in flight on 2024-12-01
    LEGACY_CARD_EXAMINATION = "legacy_card_examination"


S = State
WITH_EMPLOYER = (S.DRAFT, S.RETURNED, S.IN_CORRECTION, S.SENT_BACK)
CORRECTING = (S.RETURNED, S.IN_CORRECTION, S.SENT_BACK)
WITH_AUTHORITY = (S.PRELIMINARY_REVIEW, S.ACCEPTANCE, S.EXAMINATION, S.DECISION)
OPEN_STATES = (S.PRELIMINARY_REVIEW, S.RETURNED, S.ACCEPTANCE, S.IN_CORRECTION, S.EXAMINATION, S.SENT_BACK, S.DECISION)
LEGACY_CARD_STATES = (S.LEGACY_CARD_REVIEW, S.LEGACY_CARD_EXAMINATION)
ENDED = (S.GRANTED, S.REFUSED, S.NOT_ACCEPTED, S.WITHDRAWN)

# fmt: off
MOVES = (
    Move("submit",                (S.DRAFT,),                 S.PRELIMINARY_REVIEW, by=(R.HANDLER,),    guards=(complete, nothing_blocking),  issues=(P.FILING_RECEIPT,)),
    Move("return_all_at_once",    (S.PRELIMINARY_REVIEW,),    S.RETURNED,           by=(R.ACCEPTANCE,), guards=(has_defects,),                issues=(P.ONE_TIME_NOTICE,)),
    Move("resubmit",              (S.RETURNED,),              S.PRELIMINARY_REVIEW, by=(R.HANDLER,),    guards=(every_defect_answered, nothing_blocking)),
    Move("pass_preliminary",      (S.PRELIMINARY_REVIEW,),    S.ACCEPTANCE,         by=(R.ACCEPTANCE,), guards=(no_open_defect,)),
    Move("return_for_correction", (S.ACCEPTANCE,),            S.IN_CORRECTION,      by=(R.ACCEPTANCE,), guards=(has_defects,),                issues=(P.CORRECTION,)),
    Move("resubmit",              (S.IN_CORRECTION,),         S.ACCEPTANCE,         by=(R.HANDLER,),    guards=(every_defect_answered, nothing_blocking)),
    Move("decline",               (S.PRELIMINARY_REVIEW, S.ACCEPTANCE), S.NOT_ACCEPTED, by=(R.ACCEPTANCE,), asks=("reason",),                 issues=(P.NON_ACCEPTANCE,)),
    Move("see_originals",         (S.ACCEPTANCE,),            None,                 by=(R.ACCEPTANCE,), guards=(originals_to_see,)),
    Move("accept",                (S.ACCEPTANCE,),            S.EXAMINATION,        by=(R.ACCEPTANCE,), guards=(no_open_defect, originals_seen_where_due), issues=(P.ACCEPTANCE,)),
    Move("send_back",             (S.EXAMINATION,),           S.SENT_BACK,          by=(R.EXAMINER,),   guards=(has_defects,),                issues=(P.RETURN_NOTE,)),
    Move("resubmit",              (S.SENT_BACK,),             S.EXAMINATION,        by=(R.HANDLER,),    guards=(every_defect_answered, nothing_blocking)),
    Move("recommend",             (S.EXAMINATION,),           S.DECISION,           by=(R.EXAMINER,),   guards=(no_open_defect,), asks=("opinion", "grounds")),
    Move("reexamine",             (S.DECISION,),              S.EXAMINATION,        by=(R.DECIDER,),    asks=("reason",)),
    Move("extend_time",           (S.EXAMINATION, S.DECISION), None,                by=(R.DECIDER,),    guards=(first_extension,), asks=("reason",), issues=(P.TIME_EXTENSION,)),
    Move("grant",                 (S.DECISION,),              S.GRANTED,            by=(R.DECIDER,),    guards=(four_eyes,),                  issues=(Slot.ON_GRANT,)),
    Move("refuse",                (S.DECISION,),              S.REFUSED,            by=(R.DECIDER,),    guards=(four_eyes,), asks=("reason",), issues=(P.REFUSAL,)),
    Move("withdraw",              OPEN_STATES,                S.WITHDRAWN,          by=(R.HANDLER,),    asks=("reason",)),
    Move("complete_paper",        (S.DRAFT,),                 S.GRANTED,            by=(R.WINDOW,),     guards=(by_window, complete, nothing_blocking), issues=(Slot.ON_GRANT,)),
    Move("cutover_return",        LEGACY_CARD_STATES,         S.PRELIMINARY_REVIEW, by=(R.CUTOVER,)),
    Move("cutover_undo_review",      (S.PRELIMINARY_REVIEW,), S.LEGACY_CARD_REVIEW,      by=(R.CUTOVER,)),
    Move("cutover_undo_examination", (S.PRELIMINARY_REVIEW,), S.LEGACY_CARD_EXAMINATION, by=(R.CUTOVER,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)

# Who may mark defects, and who may edit answers and files, in which state.
MARKERS = {S.PRELIMINARY_REVIEW: R.ACCEPTANCE, S.ACCEPTANCE: R.ACCEPTANCE, S.EXAMINATION: R.EXAMINER}
EDITORS = dict.fromkeys(WITH_EMPLOYER, R.HANDLER)
