"""The life of a case, transcribed by hand from the procedure (domain.md 2.1, 2.3), not from the table it judges."""

from types import SimpleNamespace as Row

import pytest

from workflow import application, card, employer, notice, permit, residence
from workflow.application import MOVES, State, lifecycle
from workflow.engine import Refused
from workflow.roles import Role

# from, lever, whose, to, papers: a person wrote this down from the official procedure.
EXPECTED = """
draft               submit                handler     preliminary_review  filing_receipt
preliminary_review  return_all_at_once    acceptance  returned            one_time_notice
returned            resubmit              handler     preliminary_review  -
preliminary_review  pass_preliminary      acceptance  acceptance          -
preliminary_review  decline               acceptance  not_accepted        non_acceptance
acceptance          decline               acceptance  not_accepted        non_acceptance
acceptance          return_for_correction acceptance  in_correction       correction
in_correction       resubmit              handler     acceptance          -
acceptance          see_originals         acceptance  acceptance          -
acceptance          accept                acceptance  examination         acceptance
examination         send_back             examiner    sent_back           return_note
sent_back           resubmit              handler     examination         -
examination         recommend             examiner    decision            -
decision            reexamine             decider     examination         -
examination         extend_time           decider     examination         time_extension
decision            extend_time           decider     decision            time_extension
decision            grant                 decider     granted             on_grant
decision            refuse                decider     refused             refusal
preliminary_review  withdraw              handler     withdrawn           -
returned            withdraw              handler     withdrawn           -
acceptance          withdraw              handler     withdrawn           -
in_correction       withdraw              handler     withdrawn           -
examination         withdraw              handler     withdrawn           -
sent_back           withdraw              handler     withdrawn           -
decision            withdraw              handler     withdrawn           -
draft               complete_paper        window      granted             on_grant
legacy_card_review      cutover_return    cutover     preliminary_review  -
legacy_card_examination cutover_return    cutover     preliminary_review  -
preliminary_review  cutover_undo_review      cutover  legacy_card_review      -
preliminary_review  cutover_undo_examination cutover  legacy_card_examination -
"""
ROWS = [tuple(line.split()) for line in EXPECTED.strip().splitlines()]


def case(state: State, **facts: object) -> Row:
    ready = {"missing": [], "blocking": [], "open_defects": [], "unanswered_defects": [], "originals_seen_where_due": True, "originals_to_see": True, "on_paper": True, "examined_by_id": 99, "extended_at": None}
    return Row(state=state, employer_id=1, authority_id=1, **{**ready, **facts})


def person(*roles: Role, key: int = 7) -> Row:
    return Row(id=key, roles=roles, reach_employers=None, reach_authorities=None)


def test_the_table_says_what_the_procedure_says() -> None:
    said = {(s.value, m.trigger, r.value, (m.dest or s).value, ",".join(i.value for i in m.issues) or "-") for m in MOVES for s in m.source for r in m.by}
    assert said == set(ROWS)


def test_a_lever_moves_only_for_its_role_and_from_its_source() -> None:
    allowed = {(row[0], row[1], row[2]) for row in ROWS}
    tried = 0
    for state in State:
        for trigger in {m.trigger for m in MOVES}:
            for role in Role:
                defects = ["a defect"] if trigger in ("return_all_at_once", "return_for_correction", "send_back") else []
                row, actor = case(state, open_defects=defects), person(role)
                tried += 1
                if (state.value, trigger, role.value) in allowed:
                    lifecycle.perform(trigger, row, actor)
                    expected = next(r[3] for r in ROWS if r[:3] == (state.value, trigger, role.value))
                    assert row.state.value == expected
                else:
                    with pytest.raises(Refused):
                        lifecycle.perform(trigger, row, actor)
                    assert row.state is state
    assert tried == len(State) * len({row[1] for row in ROWS}) * len(Role)


def test_every_state_can_be_reached_and_only_the_ends_are_ends() -> None:
    reached = {State.DRAFT, *application.LEGACY_CARD_STATES} | {m.dest for m in MOVES if m.dest}
    assert reached == set(State)
    assert set(State) - {s for m in MOVES for s in m.source} == set(application.ENDED)


@pytest.mark.parametrize(
    ("trigger", "state", "facts", "code"),
    [
        ("submit", State.DRAFT, {"missing": ["photo"]}, "incomplete"),
        ("submit", State.DRAFT, {"blocking": ["the contract begins too late"]}, "blocking"),
        ("return_all_at_once", State.PRELIMINARY_REVIEW, {}, "no_defects"),
        ("pass_preliminary", State.PRELIMINARY_REVIEW, {"open_defects": ["x"]}, "open_defects"),
        ("accept", State.ACCEPTANCE, {"originals_seen_where_due": False}, "originals"),
        ("see_originals", State.ACCEPTANCE, {"originals_to_see": False}, "originals_not_due"),
        ("resubmit", State.RETURNED, {"unanswered_defects": ["x"]}, "unanswered"),
        ("extend_time", State.DECISION, {"extended_at": "2026-11-20"}, "extended"),
    ],
)
def test_an_unmet_condition_refuses_with_its_own_sentence(trigger: str, state: State, facts: dict, code: str) -> None:
    row, move = case(state, **facts), lifecycle.find(trigger, state)
    assert move
    actor = person(*move.by)
    with pytest.raises(Refused) as refusal:
        lifecycle.perform(trigger, row, actor)
    assert refusal.value.code == code
    assert row.state is state
    lever = next(lever for lever in lifecycle.open_to(row, actor) if lever.move.trigger == trigger)
    assert [guard.code for guard in lever.unmet] == [code]


def test_a_decider_cannot_grant_her_own_examination() -> None:
    row = case(State.DECISION, examined_by_id=7)
    with pytest.raises(Refused, match="may not also decide"):
        lifecycle.perform("grant", row, person(Role.DECIDER, Role.EXAMINER, key=7))
    lifecycle.perform("grant", row, person(Role.DECIDER, key=8))
    assert row.state is State.GRANTED


def test_another_employers_handler_and_another_citys_officer_reach_nothing() -> None:
    row = case(State.RETURNED)
    stranger = Row(id=3, roles=(Role.HANDLER,), reach_employers={2}, reach_authorities=None)
    officer = Row(id=4, roles=(Role.ACCEPTANCE,), reach_employers=None, reach_authorities={2})
    assert lifecycle.open_to(row, stranger) == []
    with pytest.raises(Refused) as refusal:
        lifecycle.perform("resubmit", row, stranger)
    assert refusal.value.code == "reach"
    with pytest.raises(Refused):
        lifecycle.perform("pass_preliminary", case(State.PRELIMINARY_REVIEW), officer)


@pytest.mark.parametrize("life", [application, employer, notice, permit, residence, card], ids=lambda m: m.__name__)
def test_a_trigger_on_several_rows_has_disjoint_sources(life) -> None:
    """`transitions` lets the first row's refusal speak for all rows that share a source; so none may."""
    seen: set[tuple[str, str]] = set()
    for move in life.MOVES:
        for state in move.source:
            assert (move.trigger, state) not in seen, f"{move.trigger} stands twice on {state}: give the second row another trigger."
            seen.add((move.trigger, state))
        assert move.by, f"{move.trigger} has no by=: nobody could pull it."
