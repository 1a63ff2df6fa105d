"""The residence step, transcribed by hand (seed 002 question 4 and 18; domain.md 9)."""

from types import SimpleNamespace as Row

import pytest

from workflow.engine import Refused
from workflow.residence import MOVES, ResidenceState, lifecycle
from workflow.roles import Role

EXPECTED = {
    ("travelling", "call_in", "system", "appointment_due", ""),
    ("appointment_due", "book", "handler", "appointed", ""),
    ("originals_not_accepted", "book", "handler", "appointed", ""),
    ("appointed", "miss_appointment", "window", "appointment_due", ""),
    ("appointed", "verify_originals", "window", "originals_verified", "originals_receipt"),
    ("appointed", "decline_originals", "window", "originals_not_accepted", "originals_non_acceptance"),
    *((state, "refuse_together", "system", "residence_refused", "residence_refusal") for state in ("travelling", "appointment_due", "appointed", "originals_not_accepted", "originals_verified")),
    *((state, "end_together", "system", "ended_with_filing", "") for state in ("travelling", "appointment_due", "appointed", "originals_not_accepted", "originals_verified")),
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
    return Row(state=state, employer_id=1, authority_id=1, **{"proof_stands": True, "joint": False, "permit_id": 1, "all_originals_seen": True, "wanting": [], **facts})


@pytest.mark.parametrize(
    ("trigger", "state", "role", "facts", "code"),
    [
        ("verify_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {"all_originals_seen": False}, "originals"),
        ("verify_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {"proof_stands": False}, "notice"),
        ("decline_originals", ResidenceState.AWAITING_ORIGINALS, Role.WINDOW, {}, "nothing_wanting"),
        ("grant_residence", ResidenceState.ORIGINALS_VERIFIED, Role.EXIT_ENTRY, {"proof_stands": False}, "notice"),
        ("grant_residence", ResidenceState.ORIGINALS_VERIFIED, Role.EXIT_ENTRY, {"joint": True, "permit_id": None}, "work"),
        ("refuse_residence", ResidenceState.ORIGINALS_NOT_ACCEPTED, Role.EXIT_ENTRY, {"joint": True, "all_originals_seen": False}, "originals"),
        ("book", ResidenceState.ORIGINALS_NOT_ACCEPTED, Role.HANDLER, {}, "together"),
        ("move_appointment", ResidenceState.APPOINTED, Role.HANDLER, {"appointment_moved": True, "appointment_ahead": True}, "moved"),
        ("move_appointment", ResidenceState.APPOINTED, Role.HANDLER, {"appointment_moved": False, "appointment_ahead": False}, "the_day"),
        ("miss_appointment", ResidenceState.APPOINTED, Role.WINDOW, {"appointment_missed": False}, "not_yet"),
    ],
)
def test_what_is_not_proven_is_refused(trigger: str, state: ResidenceState, role: Role, facts: dict, code: str) -> None:
    row = step(state, **facts)
    with pytest.raises(Refused) as refusal:
        lifecycle.perform(trigger, row, Row(id=1, roles=(role,)))
    assert refusal.value.code == code
    assert row.state is state
