"""The points table, checked against three sums done by hand and every edge of its brackets."""

from datetime import date

import pytest

from workflow.classification import age_points, class_of, experience_points, explain, facts_from, total


@pytest.mark.parametrize(
    ("facts", "points", "letter"),
    [
        ({"age": 30, "degree": "master", "experience_years": 5, "yearly_pay": 300_000, "months": 12, "hsk": "4"}, 71, "B"),
        ({"age": 40, "degree": "doctor", "experience_years": 12, "yearly_pay": 500_000, "months": 12, "former_chinese": True}, 90, "A"),
        ({"age": 24, "degree": "bachelor", "experience_years": 1, "yearly_pay": 90_000, "months": 12}, 43, "C"),
    ],
)
def test_three_people_counted_by_hand(facts: dict, points: int, letter: str) -> None:
    assert (total(explain(facts)), class_of(points)) == (points, letter)


@pytest.mark.parametrize(
    ("pay", "points"),
    [(450_000, 20), (449_999, 17), (350_000, 17), (349_999, 14), (250_000, 14), (249_999, 11), (150_000, 11), (149_999, 8), (70_000, 8), (69_999, 5), (50_000, 5), (49_999, 0)],
)
def test_pay_brackets_are_closed_on_the_left(pay: int, points: int) -> None:
    assert explain({"yearly_pay": pay})[0].points == points


@pytest.mark.parametrize(("age", "points"), [(17, 0), (18, 10), (25, 10), (26, 15), (45, 15), (46, 10), (55, 10), (56, 5), (60, 5), (61, 0)])
def test_age_in_whole_years(age: int, points: int) -> None:
    assert age_points(age) == points


@pytest.mark.parametrize(("years", "points"), [(0, 0), (1, 0), (2, 5), (3, 6), (16, 19), (17, 20), (30, 20)])
def test_each_further_year_of_work_gives_one(years: int, points: int) -> None:
    assert experience_points(years) == points


@pytest.mark.parametrize(("points", "letter"), [(120, "A"), (85, "A"), (84, "B"), (60, "B"), (59, "C")])
def test_thresholds(points: int, letter: str) -> None:
    assert class_of(points) == letter


def test_no_line_gives_more_than_its_most_and_all_together_are_120() -> None:
    lines = explain({"yearly_pay": 9_999_999, "degree": "doctor", "experience_years": 60, "months": 12, "hsk": "6", "region": True, "age": 30, "bonus": True, "local": 50})
    assert [line.points for line in lines] == [line.most for line in lines]
    assert total(lines) == 120


def test_what_the_form_tells_is_counted_once_where_jobs_overlap() -> None:
    answers = {
        "basic": {"birth_date": "1990-11-23", "hsk": "3"},
        "education": [{"level": "bachelor"}, {"level": "master"}],
        "work": [{"start": "2014-01", "end": "2016-12", "position": "x"}, {"start": "2016-01", "end": "2017-12", "position": "y"}, {"start": "2018-01", "end": "2018-12"}],
    }
    facts = facts_from(answers, date(2026, 11, 22))
    assert (facts["age"], facts["degree"], facts["experience_years"]) == (35, "master", 4)
