"""Working days, limits, pauses: dates counted by hand on the official calendars of 2024 to 2026."""

from datetime import date

import pytest

from workflow import clock, notice
from workflow.application import State as S
from workflow.calendars import is_provisional, is_working_day
from workflow.clock import Limit, Running, add_working_days, deadline, turn, working_days_between

LIMITS = {"preliminary": Limit(3, 5), "acceptance": Limit(2, 5), "decision": Limit(7, 20), "correction": Limit(10, 30)}


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 20), 3, date(2026, 11, 25)),  # a Friday; the day itself is not counted
        (date(2024, 9, 27), 5, date(2024, 10, 10)),  # the swapped Sunday 29 September counts, the holiday of 1-7 October does not
        (date(2024, 2, 8), 3, date(2024, 2, 19)),  # Spring Festival: off 10-17 February; the 9th and the swapped Sunday 18th count
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # leap day
        (date(2024, 12, 31), 1, date(2025, 1, 2)),  # year's end, New Year's Day off
    ],
)
def test_limits_end_on_the_official_calendar(start: date, days: int, due: date) -> None:
    assert add_working_days(start, days, is_working_day) == due
    assert working_days_between(start, due, is_working_day) == days
    assert working_days_between(due, start, is_working_day) == -days


def test_a_year_not_announced_yet_is_monday_to_friday_and_said_to_be_provisional() -> None:
    assert is_working_day(date(2035, 1, 1))
    assert not is_working_day(date(2035, 1, 6))
    assert is_provisional(date(2035, 1, 1))
    assert not is_provisional(date(2024, 10, 1))


def test_the_decision_stands_still_while_the_case_is_back_and_goes_on_after() -> None:
    running = turn(Running(), S.EXAMINATION, date(2026, 11, 2), is_working_day)
    back = turn(running, S.SENT_BACK, date(2026, 11, 4), is_working_day)  # two working days used
    waiting = deadline(back, LIMITS, date(2026, 11, 6), is_working_day)
    assert waiting is not None
    assert (waiting.paused, waiting.ours, back.held) == (True, False, 2)
    again = turn(back, S.EXAMINATION, date(2026, 11, 16), is_working_day)
    due = deadline(again, LIMITS, date(2026, 11, 16), is_working_day)
    assert due is not None
    assert (due.due, due.days_left, due.statutory) == (date(2026, 11, 23), 5, date(2026, 12, 10))
    assert turn(again, S.DECISION, date(2026, 11, 18), is_working_day) == again, "one limit runs through examination and decision"


def test_a_case_sent_back_and_returned_on_one_day_keeps_its_extension() -> None:
    day = date(2026, 11, 2)
    running = clock.extend(turn(Running(), S.EXAMINATION, day, is_working_day))
    back = turn(running, S.SENT_BACK, day, is_working_day)
    waiting = deadline(back, LIMITS, day, is_working_day)
    assert waiting is not None
    assert waiting.paused
    again = turn(back, S.EXAMINATION, day, is_working_day)
    assert deadline(again, LIMITS, day, is_working_day) == deadline(running, LIMITS, day, is_working_day)


def test_an_extension_adds_ten_working_days_to_both_limits() -> None:
    running = turn(Running(), S.EXAMINATION, date(2026, 11, 2), is_working_day)
    before, after = (deadline(r, LIMITS, date(2026, 11, 2), is_working_day) for r in (running, clock.extend(running)))
    assert before is not None
    assert after is not None
    assert after.days_left - before.days_left == 10
    assert before.statutory is not None
    assert after.statutory is not None
    assert working_days_between(before.statutory, after.statutory, is_working_day) == 10


def test_a_return_before_acceptance_starts_the_limit_anew() -> None:
    running = turn(Running(), S.PRELIMINARY_REVIEW, date(2026, 11, 2), is_working_day)
    back = turn(running, S.RETURNED, date(2026, 11, 4), is_working_day)
    again = turn(back, S.PRELIMINARY_REVIEW, date(2026, 11, 9), is_working_day)
    due = deadline(again, LIMITS, date(2026, 11, 9), is_working_day)
    assert due is not None
    assert due.due == date(2026, 11, 12)


def test_a_limit_that_has_passed_says_by_how_much() -> None:
    running = turn(Running(), S.PRELIMINARY_REVIEW, date(2026, 11, 2), is_working_day)
    late = deadline(running, LIMITS, date(2026, 11, 6), is_working_day)
    assert late is not None
    assert (late.days_left, late.over) == (-1, True)


@pytest.mark.parametrize(
    ("issued", "last"),
    [(date(2026, 12, 8), date(2027, 3, 8)), (date(2026, 11, 30), date(2027, 2, 28)), (date(2027, 11, 30), date(2028, 2, 29)), (date(2026, 10, 31), date(2027, 1, 31))],
)
def test_a_notification_is_valid_for_three_months(issued: date, last: date) -> None:
    assert notice.valid_until(issued) == last
