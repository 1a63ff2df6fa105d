"""The life of an employer's account: registered by the employer, confirmed by the authority."""

from enum import StrEnum

from workflow.engine import N_, Guard, Move, Workflow
from workflow.roles import Role as R


class EmployerState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


S = EmployerState
registry_agrees = Guard("registry", lambda employer, _: employer.registry_state == "match", N_("The business registry has not confirmed code and name yet. It is asked again by itself; who cannot wait confirms with a reason."))
registry_does_not_agree = Guard("registry_agrees", lambda employer, _: employer.registry_state != "match", N_("The business registry agrees: the account is confirmed without a reason."))
# fmt: off
MOVES = (
    Move("confirm",           (S.PENDING,), S.CONFIRMED, by=(R.ADMIN, R.ACCEPTANCE), guards=(registry_agrees,)),
    Move("confirm_unchecked", (S.PENDING,), S.CONFIRMED, by=(R.ADMIN, R.ACCEPTANCE), guards=(registry_does_not_agree,), asks=("reason",)),
    Move("decline",           (S.PENDING,), S.DECLINED,  by=(R.ADMIN, R.ACCEPTANCE), asks=("reason",)),
    Move("register_again",    (S.DECLINED,), S.PENDING,  by=(R.HANDLER,)),
)
# fmt: on
lifecycle = Workflow(S, MOVES)
