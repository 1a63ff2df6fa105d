"""Looking a case up without an account: what fits shows stage and dates and nobody's name; whatever does not fit gets one and the same answer."""

import pytest

from portal.journey.browser import Browser
from tests.factories import accepted_case, draft_case, filed_case
from workflow import clock
from workflow.services import service


@pytest.fixture
def case(app):
    return accepted_case()


def ask(browser: Browser, number, tail, menu="long_term"):
    browser.get("/look-up/", expect=200)
    browser.submit({"number": number, "tail": tail, "service": menu}, form="/look-up")
    return browser.page


def test_a_case_is_found_and_nobody_is_named(browser, case):
    page = ask(browser, f" {case.number.lower()} ", case.passport_no[-4:].lower())
    assert page.status == 200
    assert case.number in page.text
    assert "审查" in page.text
    assert str(case.submitted_at.astimezone(clock.BEIJING).year) in page.text
    for private in (*case.applicant.split(), case.employer.name, case.passport_no, case.handler.name, case.employer.credit_code):
        assert private not in page.text, private


@pytest.mark.parametrize("wrong", ["number", "tail", "service", "draft"])
def test_every_mismatch_has_the_same_answer(app, browser, case, wrong):
    right = {"number": case.number, "tail": case.passport_no[-4:], "menu": service(case.service).menu}
    if wrong == "draft":
        other = draft_case()
        asked = right | {"number": other.number, "tail": other.passport_no[-4:]}
    else:
        asked = right | {"number": {"number": "GZ-0000000"}, "tail": {"tail": "0000"}, "service": {"menu": "extension"}}[wrong]
    page = ask(browser, asked["number"], asked["tail"], asked["menu"])
    assert page.status == 422
    assert page.problems == ["编号、事项与护照号不相符。请核对申请提交回执，以及提交时所用的护照。"]


def test_the_answer_for_nobodys_number_weighs_as_much(browser, case):
    one, other = ask(browser, case.number, "0000"), ask(browser, case.number[:-1] + ("1" if case.number[-1] != "1" else "2"), "0000")
    assert one.status == other.status
    assert abs(len(one.body) - len(other.body)) < 200


@pytest.mark.parametrize("real", [True, False])
def test_a_number_rests_after_five_wrong_tries_whether_it_is_a_case_or_not(browser, case, real):
    number = case.number if real else "440300-2026-XX-9"
    assert [ask(browser, number, f"000{n}").status for n in range(7)] == [422] * 5 + [429] * 2
    assert ask(browser, number, case.passport_no[-4:]).status == 429
    another = filed_case()
    assert ask(browser, another.number, another.passport_no[-4:]).status == 200, "others are not locked with it"


def test_an_address_is_stopped_before_it_has_asked_for_everybody(browser, app):
    said = {ask(browser, f"N{n}", "0000").status for n in range(29)}
    assert said == {422}
    assert [ask(browser, f"M{n}", "0000").status for n in range(3)] == [422, 429, 429]


def test_empty_and_endless_answers_are_named_not_counted(browser, case):
    assert ask(browser, "", "").status == 422
    assert len(browser.page.problems) == 2
    assert ask(browser, "9" * 4000, "ÄÖÜ" * 99).status == 422


def test_the_first_page_and_the_help_lead_here(browser):
    assert "/look-up/" in browser.get("/", expect=200).html
    assert "/look-up/" in browser.get("/sign-in", expect=200).html
    assert "/look-up/" in browser.get("/help/where-is-my-case", expect=200).html
