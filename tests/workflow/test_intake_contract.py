"""Eight elements with their pages, and a beginning within ninety days of filing."""

from datetime import date, timedelta

import pytest

from workflow.intake.contract import ELEMENTS, check_contract, page, tick

TODAY = date(2026, 11, 22)
CODES = ("parties", "place", "duties", "pay", "period", "position", "signature_page", "chinese")


def answers(start=0, end=365, **changes):
    said = {"contract_from": TODAY + timedelta(days=start), "contract_to": TODAY + timedelta(days=end), "contract_pages": 6}
    for code in CODES:
        said |= {tick(code): "yes", page(code): "2"}
    return said | changes


def told(said, **how):
    findings = check_contract(said, TODAY, **how)
    assert all("%(" not in each.sentence() for each in findings)
    return [(each.code, each.target) for each in findings]


def test_a_whole_contract_has_nothing_against_it():
    assert told(answers()) == []
    assert told(answers(contract_from="2026-12-01", contract_to=" 2028-11-30 ", contract_place_page=6)) == []


def test_the_eight_elements_are_the_official_ones():
    assert tuple(code for code, _ in ELEMENTS) == CODES


@pytest.mark.parametrize("code", CODES)
def test_each_element_must_be_ticked_and_have_its_page(code):
    assert told(answers(**{tick(code): ""})) == [("element_missing", tick(code))]
    assert told(answers(**{page(code): ""})) == [("page_missing", page(code))]


def test_nothing_answered_tells_everything_at_once():
    findings = told({})
    assert len(findings) == len(CODES) + 2
    assert findings[-2:] == [("start_missing", "contract_from"), ("end_missing", "contract_to")]


@pytest.mark.parametrize("said", ["0", "7", "-1", "two", "1.5", "²", "٣", "99999999999999999999", " "])
def test_a_page_must_be_one_of_the_uploaded_pdf(said):
    code = "page_missing" if not said.strip() and said == "" else "page_range"
    assert told(answers(contract_pay_page=said)) == [(code, "contract_pay_page")]


def test_without_a_known_number_of_pages_any_page_is_taken():
    assert told(answers(contract_pages=None, contract_pay_page="77")) == []


@pytest.mark.parametrize(
    ("start", "codes"),
    [(0, []), (1, []), (89, []), (90, []), (91, ["start_late"]), (400, ["start_late"]), (-1, ["start_past"]), (-200, ["start_past"])],
)
def test_the_contract_begins_within_ninety_days_of_filing(start, codes):
    assert [code for code, _ in told(answers(start, start + 365))] == codes


def test_the_late_beginning_says_the_days_and_the_last_day_allowed():
    (finding,) = check_contract(answers(91, 500), TODAY)
    assert (finding.measured, finding.limit, finding.values["days"]) == ("2027-02-21", "2027-02-20", 91)


def test_a_running_contract_is_the_officers_to_see_when_the_person_is_here():
    (finding,) = check_contract(answers(-30), TODAY, abroad=False)
    assert (finding.code, finding.level) == ("start_past_here", "review")


def test_a_city_may_set_another_number_of_days():
    assert told(answers(31), most_days=30) == [("start_late", "contract_from")]
    assert told(answers(30), most_days=30) == []


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [(10, 11, []), (10, 10, ["end_early"]), (10, 9, ["end_early"]), (-300, -100, ["start_past", "end_past"])],
)
def test_the_contract_ends_after_it_begins(start, end, codes):
    assert [code for code, _ in told(answers(start, end))] == codes


@pytest.mark.parametrize("said", ["2026-02-30", "soon", "2026/13/01", "0000-00-00", "9" * 400])
def test_a_date_that_is_none_is_named(said):
    assert told(answers(contract_from=said)) == [("date_unreadable", "contract_from")]
