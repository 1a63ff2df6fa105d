"""The life of an employer's account: registered by the employer, confirmed by the authority."""

from enum import StrEnum

from workflow.engine import Move, Workflow
from workflow.roles import Role as R


class EmployerState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


S = EmployerState
# fmt: off
MOVES = (
    Move("confirm", (S.PENDING,), S.CONFIRMED, by=(R.ADMIN, R.ACCEPTANCE)),
    Move("decline", (S.PENDING,), S.DECLINED,  by=(R.ADMIN, R.ACCEPTANCE), asks=("reason",)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)
