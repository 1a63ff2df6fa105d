"""Filing from overseas, page by page, without JavaScript: the road, and every way to stumble on it."""

from datetime import timedelta

import pytest

from portal.journey.page import has_class
from portal.journey.samples import sample_answers
from tests import factories
from tests.driving import htmx, words
from tests.portal.filing import ROW, begin, case_of, door, fill, fill_all, submit
from workflow import clock
from workflow.application import State
from workflow.employer import EmployerState
from workflow.models import Event, db, writing


def _deeds(case_id: int, trigger: str) -> int:
    db.session.rollback()
    return db.session.query(Event).filter_by(case_id=case_id, trigger=trigger).count()


def test_a_whole_filing_goes_from_the_door_to_the_receipt(sign_in):
    lin = sign_in("lin")
    case_id = fill_all(lin)
    assert lin.page.by_id("blocking") is None, lin.page.problems
    submit(lin, case_id)
    assert lin.page.path == f"/applications/{case_id}"
    case = case_of(case_id)
    assert case.state is State.PRELIMINARY_REVIEW
    assert case.applicant == "MORETTI GIULIA ANNA"
    assert [p.kind.value for p in case.papers] == ["filing_receipt"]
    assert case.due_on is not None
    assert case.answers["contract"]["signature_page"] == 3


def test_the_door_says_who_may_use_it_and_how_long_it_takes(sign_in):
    lin = sign_in("lin")
    page = lin.get("/applications/new", expect=200)
    assert "5 个工作日" in page.main
    assert "7 个工作日" in page.main
    assert "境外" in page.main
    assert [words(b) for b in door(page).buttons]


def test_an_employer_that_is_not_confirmed_yet_opens_no_draft(sign_in):
    lin = sign_in("lin")
    with writing():
        factories.person("lin").employer.state = EmployerState.PENDING
    assert "账户" in words(next(e for e in lin.get("/applications/new", expect=200).all("div") if has_class(e, "note"))), "said before starting"
    page = lin.submit(form=door(lin.page))
    assert page.status == 409
    assert page.by_id("refused") is not None


@pytest.mark.parametrize("days", [0, 90])
def test_a_contract_may_begin_on_the_day_of_filing_and_on_the_ninetieth_after(sign_in, days):
    start = clock.today() + timedelta(days=days)
    case = factories.draft_case(answers=sample_answers(application={"contract_from": start.isoformat()}))
    lin = sign_in("lin")
    submit(lin, case.id)
    assert case_of(case.id).state is State.PRELIMINARY_REVIEW


@pytest.mark.parametrize("days", [-1, 91])
def test_a_contract_that_begins_yesterday_or_on_the_ninety_first_day_cannot_be_filed(sign_in, days):
    start = clock.today() + timedelta(days=days)
    case = factories.draft_case(answers=sample_answers(application={"contract_from": start.isoformat()}))
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}/answers", expect=200)
    assert any(start.isoformat() in text for text in page.problems)
    assert "contract_from" in page.link(start.isoformat())
    page = lin.submit({"declared": True}, form=f"/applications/{case.id}/answers")
    assert page.status == 409
    assert case_of(case.id).state is State.DRAFT


def test_a_contract_that_is_not_in_chinese_or_lacks_an_element_or_names_a_page_it_has_not_cannot_be_filed(sign_in):
    case = factories.draft_case(answers=sample_answers(contract={"chinese": "no", "pay": 9}))
    targets = {p.target for p in case.faults}
    assert targets == {"contract.chinese", "contract.pay"}
    case = factories.draft_case(answers=sample_answers(contract={"duties": ""}))
    assert [p.target for p in case.missing] == ["contract.duties"]
    assert case.faults == []


def test_a_passport_number_with_spaces_is_tidied(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    fill(lin, case_id, ROW.section("basic"), sample_answers()["basic"] | {"passport_no": " yb 004-1728 "})
    assert case_of(case_id).answers["basic"]["passport_no"] == "YB0041728"
    assert case_of(case_id).passport_no == "YB0041728"


def test_a_name_with_an_apostrophe_is_a_name(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    fill(lin, case_id, ROW.section("basic"), sample_answers()["basic"] | {"surname": "O'Brien", "given_names": "Séan d’Arc"})
    assert lin.page.path.endswith("/sections/application")
    assert case_of(case_id).applicant == "O'BRIEN SÉAN D’ARC"


def test_a_name_in_cyrillic_is_kept_as_typed_and_told_in_a_clear_sentence(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    fill(lin, case_id, ROW.section("basic"), sample_answers()["basic"] | {"surname": "Петрова"})
    page = lin.page
    assert page.status == 422
    assert any("“П”" in text for text in page.problems)
    assert page.link("“П”") == "#basic-surname"
    assert page.form("section-form").values()["basic-surname"] == ["Петрова"]
    assert page.title.startswith("有 1 处")
    assert case_of(case_id).answers["basic"]["surname"] == "Петрова"


def test_dates_in_the_wrong_order_are_named_with_both_dates(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    answers = sample_answers()
    fill(lin, case_id, ROW.section("application"), answers["application"] | {"contract_to": answers["application"]["contract_from"]})
    assert lin.page.status == 422
    assert any(answers["application"]["contract_from"] in text for text in lin.page.problems)
    fill(lin, case_id, ROW.section("basic"), answers["basic"] | {"passport_expires": "2020-01-01", "passport_issued": "2021-01-01"})
    assert lin.page.status == 422
    assert any("2020-01-01" in text and "2021-01-01" in text for text in lin.page.problems)
    fill(lin, case_id, ROW.section("education"), [answers["education"][0] | {"start": "2014-09", "end": "2012-07"}])
    assert lin.page.status == 422
    assert lin.page.link("2012-07") == "#education-0-end"


def test_what_cannot_be_read_never_breaks_a_page(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    fill(lin, case_id, ROW.section("work"), [{"start": "soon", "end": "20xx", "organisation": "A", "country": "ITA"}])
    assert lin.page.status == 422
    fill(lin, case_id, ROW.section("application"), {"contract_from": "31/12", "pay_monthly": "a lot"})
    assert lin.page.status == 422
    assert lin.page.form("section-form").values()["application-contract_from"] == ["31/12"]
    lin.get(f"/applications/{case_id}/answers", expect=200)


def test_rows_are_added_and_removed_by_their_buttons(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    fill(lin, case_id, ROW.section("family"), sample_answers()["family"])
    assert [row["name"] for row in case_of(case_id).answers["family"]] == ["MORETTI MARCO", "MORETTI LUCA"]
    lin.get(f"/applications/{case_id}/sections/family")
    lin.submit(form="section-form", button="remove-0", expect=200)
    assert [row["name"] for row in case_of(case_id).answers["family"]] == ["MORETTI LUCA"]


def test_a_page_saves_itself_and_answers_with_the_version_it_has_now(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    url = f"/applications/{case_id}/sections/basic"
    form = lin.get(url).form("section-form")
    pairs = dict(form.pairs({"basic-surname": "Петрова"}))
    answer = lin.post(url, pairs, headers=htmx("autosave"))
    assert answer.status == 200
    now = case_of(case_id).version
    assert f'value="{now}" hx-swap-oob' in answer.html
    assert int(pairs["seen"]) < now
    assert case_of(case_id).answers["basic"]["surname"] == "Петрова"
    again = lin.post(url, pairs, headers=htmx("autosave"))
    assert again.status == 200, "the same words once more are no conflict"


def test_a_stale_tab_is_told_what_happened_and_keeps_what_was_typed(sign_in):
    lin, tang = sign_in("lin"), sign_in("tang")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/sections/basic")
    tang.get(f"/applications/{case_id}/sections/basic")
    tang.submit({"basic-surname": "TANAKA"}, form="section-form", button="later")
    page = lin.submit({"basic-surname": "MORETTI"}, form="section-form", button="next")
    assert page.status == 409
    assert page.form("section-form").values()["basic-surname"] == ["MORETTI"]
    assert page.by_id("refused") is not None
    assert case_of(case_id).answers["basic"]["surname"] == "TANAKA"
    page = lin.submit(form="section-form", button="later")
    assert case_of(case_id).answers["basic"]["surname"] == "MORETTI", "the second press is a decision, not an accident"


def test_a_tab_that_is_stale_because_the_case_was_filed_says_who_filed_it(sign_in):
    case = factories.draft_case()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}/sections/basic")
    factories.move(case, "submit", "tang")
    page = lin.submit({"basic-surname": "OTHER"}, form="section-form", button="next")
    assert page.status == 409
    assert page.form("section-form").values()["basic-surname"] == ["OTHER"]
    assert case_of(case.id).answers["basic"]["surname"] == "MORETTI"


def test_pressing_submit_twice_files_once(sign_in):
    case = factories.draft_case()
    lin = sign_in("lin")
    form = lin.get(f"/applications/{case.id}/answers").form(f"/applications/{case.id}/answers")
    for _ in range(2):
        page = lin.submit({"declared": True}, form=form)
        assert page.status == 200
        assert page.path == f"/applications/{case.id}"
    assert _deeds(case.id, "submit") == 1


def test_the_same_key_with_another_body_is_refused(sign_in):
    case = factories.filed_case()
    lin = sign_in("lin")
    form = lin.get(f"/applications/{case.id}").form("withdraw")
    key = form.hidden["key"]
    lin.submit({"reason": "不再聘用"}, form=form, expect=200)
    page = lin.post(f"/applications/{case.id}/moves/withdraw", {"key": key, "seen": str(case_of(case.id).version), "reason": "另一个理由", "csrf_token": form.hidden["csrf_token"]})
    assert page.status == 422
    assert _deeds(case.id, "withdraw") == 1


def test_withdrawing_asks_why(sign_in):
    case = factories.filed_case()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}")
    page = lin.submit({"reason": "  "}, form="withdraw")
    assert page.status == 422
    assert case_of(case.id).state is State.PRELIMINARY_REVIEW


def test_without_the_declaration_nothing_is_filed(sign_in):
    case = factories.draft_case()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}/answers")
    page = lin.submit(form=f"/applications/{case.id}/answers")
    assert page.status == 422
    assert page.link("声明") == "#declared"
    lin.post(f"/applications/{case.id}/moves/submit", {"seen": str(case.version)})
    assert case_of(case.id).state is State.DRAFT


def test_an_incomplete_draft_names_everything_that_is_missing_with_a_link_and_a_dashed_button(sign_in):
    case = factories.draft_case(without=("degree",), birth_place="")
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}/answers", expect=200)
    links = [address for _, address in page.links]
    assert any(a.endswith("#basic-birth_place") for a in links)
    assert any(a.endswith("#material-degree") for a in links)
    button = page.form(f"/applications/{case.id}/answers").buttons[-1]
    assert button.get("aria-disabled") == "true"
    assert "btn-primary" not in button.get("class")
    page = lin.submit({"declared": True}, form=f"/applications/{case.id}/answers")
    assert page.status == 409
    assert case_of(case.id).state is State.DRAFT


def test_another_employers_case_does_not_exist(sign_in):
    case = factories.filed_case()
    draft = factories.draft_case()
    fu = sign_in("fu")
    for path in ("", "/answers", "/attachments", "/sections/basic", "/corrections", f"/papers/{case.papers[0].id}.pdf", f"/materials/{case.materials[0].id}"):
        assert fu.get(f"/applications/{case.id}{path}").status == 404, path
    for path in ("/sections/basic", "/answers", "/moves/submit", "/attachments/photo", "/corrections/1"):
        fu.get("/applications/new")
        assert fu.post(f"/applications/{draft.id}{path}", {"basic-surname": "X"}).status == 404, path
    assert case_of(draft.id).applicant == draft.applicant


def test_an_id_no_table_can_hold_is_no_address(sign_in):
    lin = sign_in("lin")
    assert lin.get(f"/applications/{10**30}").status == 404
    assert lin.get(f"/applications/1/papers/{10**30}.pdf").status == 404


def test_officers_have_no_business_here(sign_in):
    assert sign_in("zhou").get("/applications/new").status == 403


def test_a_posted_page_of_a_megabyte_is_refused(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/sections/basic")
    assert lin.post(f"/applications/{case_id}/sections/basic", {"basic-surname": "A" * 1_000_000}).status == 413
