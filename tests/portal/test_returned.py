"""A case that came back: just what was told may change, one by one, until the last; then it goes back to the office it came from."""

from datetime import timedelta

import pytest

from portal.journey.samples import sample_answers, sample_pdf
from tests import factories
from tests.driving import htmx, words
from tests.portal.filing import case_of
from workflow import attaching, clock, desk, marking
from workflow.application import State
from workflow.engine import Refused


def _correct(browser, case_id, n, values=None, **how):
    browser.get(f"/applications/{case_id}", expect=200)
    defect = case_of(case_id).told_defects[n]
    return browser.submit(values or {}, form=f"/corrections/{defect.id}", **how)


def test_the_page_shows_every_defect_in_the_officers_words_and_only_its_fields(sign_in):
    case = factories.returned_case()
    page = sign_in("lin").get(f"/applications/{case.id}", expect=200)
    assert "需要补正 2 项，这是全部" in page.main
    assert "职位与合同不一致。" in words(page.by_id("defect-1"))
    assert "缺少认证页。" in words(page.by_id("defect-2"))
    typed = {name for form in page.forms for name in form.names if name.partition("-")[0] in ("basic", "application", "education", "work", "family", "contract")}
    assert typed == {"application-position"}
    assert {form.action.rpartition("/")[2] for form in page.forms if form.multipart} == {str(case_of(case.id).told_defects[1].id)}


def test_corrected_one_by_one_and_filed_again(sign_in):
    case = factories.returned_case()
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}")
    button = page.form("resubmit").buttons[-1]
    assert button.get("aria-disabled") == "true"
    page = lin.submit(form="resubmit")
    assert page.status == 409
    _correct(lin, case.id, 0, {"application-position": "高级光学设计工程师"}, expect=200)
    assert "完成 1 / 2" in lin.page.main
    assert "已补正" in words(lin.page.by_id("defect-1"))
    _correct(lin, case.id, 1, files={"file": ("degree-with-apostille.pdf", sample_pdf("degree with apostille", 3), "application/pdf")}, button="upload", expect=200)
    assert lin.page.form("resubmit").buttons[-1].get("aria-disabled") is None
    assert "degree.pdf" in words(lin.page.by_id("defect-2"))
    assert "degree-with-apostille.pdf" in words(lin.page.by_id("defect-2"))
    lin.submit(form="resubmit", expect=200)
    now = case_of(case.id)
    assert now.state is State.PRELIMINARY_REVIEW
    assert now.answers["application"]["position"] == "高级光学设计工程师"
    assert [m.name for m in now.live_materials if m.kind == "degree"] == ["degree-with-apostille.pdf"]
    assert {d.state for d in now.defects} == {"cleared"}


def test_what_was_not_told_is_locked(sign_in):
    case = factories.returned_case()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}")
    before = case_of(case.id).answers
    assert lin.post(f"/applications/{case.id}/sections/basic", {"basic-surname": "OTHER"}).status == 409
    lin.get(f"/applications/{case.id}")
    assert lin.post(f"/applications/{case.id}/attachments/photo", {"do": f"remove-{next(m.id for m in case.live_materials if m.kind == 'photo')}"}).status == 409
    lin.get(f"/applications/{case.id}")
    lin.post(f"/applications/{case.id}/sections/application", {"application-position": "甲", "application-pay_monthly": "1"})
    now = case_of(case.id)
    assert now.answers["basic"] == before["basic"]
    assert now.answers["application"]["pay_monthly"] == before["application"]["pay_monthly"]
    assert len([m for m in now.live_materials if m.kind == "photo"]) == 1


def test_a_told_row_opens_this_row_only(sign_in):
    case = factories.returned_case(("answers:work.1.organisation", "单位名称不全。"))
    lin = sign_in("lin")
    page = _correct(lin, case.id, 0, {"work-1-organisation": "Lenti Alte Società S.r.l."}, expect=200)
    assert "work-0-organisation" not in {n for f in page.forms for n in f.names}
    desk.keep(case.id, "work", [{"organisation": "别的"}, {"start": "2000-01"}], by=factories.person("lin"))
    rows = case_of(case.id).answers["work"]
    assert [r["organisation"] for r in rows] == ["Ottica Valle S.p.A.", "Lenti Alte Società S.r.l."]
    assert rows[1]["start"] == "2020-01"


def test_a_told_section_opens_with_all_its_rows_and_takes_more(sign_in):
    case = factories.returned_case(("answers:education", "缺少本科学历。"))
    lin = sign_in("lin")
    _correct(lin, case.id, 0, button="add", expect=200)
    bachelor = {"level": "bachelor", "school": "Politecnico di Torino", "major": "Physics", "country": "ITA", "start": "2009-09", "end": "2012-07"}
    lin.submit({f"education-1-{k}": v for k, v in bachelor.items()}, form=f"/corrections/{case_of(case.id).told_defects[0].id}", button="save", expect=200)
    assert [r["level"] for r in case_of(case.id).answers["education"]] == ["master", "bachelor"]
    lin.submit(form="resubmit", expect=200)
    assert case_of(case.id).state is State.PRELIMINARY_REVIEW


def test_a_correction_that_cannot_stand_is_kept_told_and_does_not_count(sign_in):
    case = factories.returned_case(("answers:basic.surname", "与护照不一致。"))
    lin = sign_in("lin")
    page = _correct(lin, case.id, 0, {"basic-surname": "Моретти"})
    assert page.status == 422
    assert any("“М”" in text for text in page.problems)
    assert page.form("/corrections/").values()["basic-surname"] == ["Моретти"]
    assert "完成 0 / 1" in page.main
    page = _correct(lin, case.id, 0, {"basic-surname": ""})
    assert page.status == 422
    page = lin.submit(form="resubmit")
    assert page.status == 409
    assert case_of(case.id).state is State.RETURNED


def test_a_refused_file_leaves_the_defect_open(sign_in):
    case = factories.returned_case(("material:degree", "缺少认证页。"))
    lin = sign_in("lin")
    page = _correct(lin, case.id, 0, files={"file": ("degree.pdf", b"", "application/pdf")}, button="upload")
    assert page.status == 422
    assert any("0" in text for text in page.problems)
    assert case_of(case.id).unanswered_defects


def test_htmx_gets_the_saved_sheet_and_the_bar_of_moves(sign_in):
    case = factories.returned_case()
    lin = sign_in("lin")
    page = _correct(lin, case.id, 0, {"application-position": "工程师"}, headers=htmx("defect-1"))
    assert page.status == 200
    assert page.html.lstrip().startswith('<section class="sheet" id="defect-1"')
    assert 'id="moves-bar" hx-swap-oob="true"' in page.html
    assert 'id="defect-2"' not in page.html


def test_a_defect_of_an_earlier_round_or_of_another_case_is_not_corrected(sign_in):
    case, other = factories.returned_case(), factories.returned_case()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}")
    assert lin.post(f"/applications/{case.id}/corrections/{other.told_defects[0].id}", {"application-position": "甲"}).status == 404
    for n, change in enumerate(("甲", None)):
        defect = case_of(case.id).told_defects[n]
        if change:
            desk.keep(case.id, "application", {"position": change}, by=factories.person("lin"))
        else:
            attaching.attach(case.id, "degree", "d.pdf", sample_pdf("d2"), by=factories.person("lin"))
    factories.move(case, "resubmit", "lin")
    lin.get(f"/applications/{case.id}")
    assert lin.post(f"/applications/{case.id}/corrections/{defect.id}", {"do": "upload"}).status == 409


def test_sent_back_by_the_examiner_the_employer_still_reads_its_own_day(sign_in, monkeypatch):
    case = factories.accepted_case()
    later = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    marking.mark(case.id, "answers:application.duties", "职责不清。", by=factories.person("qin"))
    case = factories.move(case, "send_back", "qin")
    assert desk.deadline_of(case).paused
    page = sign_in("lin").get(f"/applications/{case.id}", expect=200)
    assert "工作日" in words(page.all("div", "case-head")[0])
    assert page.link(r"/papers/\d+\.pdf")


def test_everything_filed_can_be_read_while_it_is_locked(sign_in):
    case = factories.returned_case()
    page = sign_in("lin").get(f"/applications/{case.id}/answers", expect=200)
    assert "MORETTI" in page.main
    assert "修改" not in page.main
    assert not [f for f in page.forms if f"/applications/{case.id}" in f.action]


def test_waiting_for_correction_makes_nothing_wrong(app, monkeypatch):
    case = factories.returned_case(answers=sample_answers())
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert case_of(case.id).faults == []


def test_a_locked_part_refuses_in_the_domain_too(app):
    case = factories.returned_case()
    with pytest.raises(Refused):
        desk.keep(case.id, "basic", {"surname": "OTHER"}, by=factories.person("lin"))
    with pytest.raises(Refused):
        attaching.attach(case.id, "photo", "p.pdf", b"", by=factories.person("lin"))
