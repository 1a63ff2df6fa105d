"""The residence step, transcribed by hand (seed 002 question 4 and 18; domain.md 9)."""

from types import SimpleNamespace as Row

import pytest

from workflow.engine import Refused
from workflow.residence import MOVES, ResidenceState, lifecycle
from workflow.roles import Role

EXPECTED = {
    ("awaiting_originals", "verify_originals", "window", "originals_verified", "originals_receipt"),
    ("awaiting_originals", "decline_originals", "window", "originals_not_accepted", "originals_non_acceptance"),
    ("originals_not_accepted", "verify_originals", "window", "originals_verified", "originals_receipt"),
    ("originals_not_accepted", "decline_originals", "window", "originals_not_accepted", "originals_non_acceptance"),
    ("originals_verified", "grant_residence", "exit_entry", "residence_granted", "residence_decision"),
    ("awaiting_originals", "refuse_residence", "exit_entry", "residence_refused", "residence_refusal"),
    ("originals_not_accepted", "refuse_residence", "exit_entry", "residence_refused", "residence_refusal"),
    ("originals_verified", "refuse_residence", "exit_entry", "residence_refused", "residence_refusal"),
}


def test_the_table_says_what_the_procedure_says() -> None:
    assert {(s.value, m.trigger, r.value, m.dest.value, ",".join(m.issues)) for m in MOVES for s in m.source for r in m.by if m.dest} == EXPECTED


def step(state: ResidenceState, **facts: object) -> Row:
    return Row(state=state, employer_id=1, authority_id=1, **{"proof_stands": True, "all_originals_seen": True, "wanting": [], **facts})


@pytest.mark.parametrize(
    ("trigger", "state", "role", "facts", "code"),
    [
        ("verify_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {"all_originals_seen": False}, "originals"),
        ("verify_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {"proof_stands": False}, "notice"),
        ("decline_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {}, "nothing_wanting"),
        ("grant_residence", ResidenceState.ORIGINALS_VERIFIED, Role.EXIT_ENTRY, {"proof_stands": False}, "notice"),
    ],
)
def test_what_is_not_proven_is_refused(trigger: str, state: ResidenceState, role: Role, facts: dict, code: str) -> None:
    row = step(state, **facts)
    with pytest.raises(Refused) as refusal:
        lifecycle.perform(trigger, row, Row(id=1, roles=(role,)))
    assert refusal.value.code == code
    assert row.state is state
