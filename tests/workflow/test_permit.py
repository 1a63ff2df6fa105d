"""Numbers and standing of permits."""

from datetime import date

import pytest

from workflow.card import social_security_number
from workflow.permit import PermitState, in_force, number, number_is_well_formed, standing


def test_a_permit_number_has_18_digits_and_its_check_digit_finds_any_single_error() -> None:
    made = number(184, 2026)
    assert made == "899202600000001840"
    assert number_is_well_formed(made)
    for place in range(18):
        for digit in "0123456789":
            if digit != made[place]:
                assert not number_is_well_formed(made[:place] + digit + made[place + 1 :])


@pytest.mark.parametrize(
    ("state", "today", "word", "force"),
    [
        (PermitState.VALID, date(2026, 12, 1), "upcoming", True),
        (PermitState.VALID, date(2027, 6, 1), "valid", True),
        (PermitState.VALID, date(2028, 10, 12), "expiring", True),
        (PermitState.VALID, date(2029, 1, 10), "expiring", True),
        (PermitState.VALID, date(2029, 1, 11), "lapsed", False),
        (PermitState.CANCELLED, date(2027, 6, 1), "cancelled", False),
        (PermitState.SUPERSEDED, date(2027, 6, 1), "superseded", False),
    ],
)
def test_what_a_permit_is_worth_on_a_day(state: PermitState, today: date, word: str, force: bool) -> None:
    start, end = date(2027, 1, 11), date(2029, 1, 10)
    assert standing(state, start, end, today) == word
    assert in_force(state, end, today) is force


def test_a_foreigners_social_security_number_has_18_characters() -> None:
    assert social_security_number("ITA", "YB0041728") == "ITA000000YB0041728"
