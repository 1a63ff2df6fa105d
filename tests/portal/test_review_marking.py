"""What an officer says of a filing, line by line: ticks, defects told at once, and what is new after a correction."""

import re

import sqlalchemy as sa

from tests.driving import htmx
from tests.factories import filed_case, move, quick, returned_case
from tests.portal.reviewing import corrected, fresh, marked
from workflow import desk, marking
from workflow.application import State
from workflow.models import Defect, PaperRow, db
from workflow.papers import Paper

POSITION = "answers:application.position"


def ticked(case) -> list[str]:
    return sorted(t.target for t in fresh(case).ticks)


def test_nothing_is_in_order_until_an_officer_says_so(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    page = zhou.get(f"/review/{case.id}?part=application", expect=200)
    assert "已看 0 / " in page.main
    assert " checked" not in page.body.decode()
    zhou.submit({"defect": f"ok:{POSITION}"}, expect=200)
    assert "已看 1 / " in zhou.page.main
    assert ticked(case) == [POSITION]
    again = sign_in("zhou").get(f"/review/{case.id}?part=application", expect=200)
    assert "已看 1 / " in again.main, "kept for the next time"
    assert f'value="ok:{POSITION}" checked' in again.body.decode()


def test_the_rest_is_in_order_by_one_button_that_leaves_defects_alone(app, sign_in, who):
    case, zhou = filed_case(), sign_in("zhou")
    marking.mark(case.id, POSITION, "职位不一致。", by=who("zhou"))
    body = zhou.get(f"/review/{case.id}?part=application").body.decode()
    left = re.findall(r'type="hidden" name="defect" value="(ok:[^"]+)"', body)
    assert f"ok:{POSITION}" not in left
    zhou.post(f"/review/{case.id}/ticks", {"defect": left, "part": "application"}, expect=200)
    everything = len(left) + 1
    assert f"已看 {everything} / {everything} 项" in zhou.page.main
    assert "其余均无误" not in zhou.page.main
    assert marked(case) == [POSITION]


def test_choosing_defect_by_the_pair_of_buttons_opens_its_form(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=application")
    zhou.submit({"defect": POSITION}, expect=200)
    assert 'id="defect-text"' in zhou.page.body.decode()
    part = zhou.post(f"/review/{case.id}/ticks", {"defect": POSITION, "part": "application"}, headers=htmx("work"), expect=200)
    assert "#defect-form" in part.headers["hx-reswap"]
    assert ticked(case) == []


def test_a_tick_falls_where_the_employer_changed_the_line_and_stays_beside_the_others(app, sign_in, who):
    case = filed_case()
    marking.in_order(case.id, [POSITION, "answers:application.duties"], by=who("zhou"))
    marking.mark(case.id, "answers:application", "请核对整页。", by=who("zhou"))
    move(case, "return_all_at_once", "zhou")
    with quick():
        desk.keep(case.id, "application", {**case.answers["application"], "position": "光学系统工程师"}, by=who("lin"))
        desk.act(case.id, "resubmit", by=who("lin"), seen=None)
    body = sign_in("zhou").get(f"/review/{case.id}?part=application", expect=200).body.decode()
    assert f'value="ok:{POSITION}" checked' not in body
    assert 'value="ok:answers:application.duties" checked' in body


def test_a_tick_is_refused_for_what_is_no_line_and_to_whoever_may_not_mark(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}")
    assert zhou.post(f"/review/{case.id}/ticks", {"defect": "ok:answers:nowhere"}).status == 409
    assert zhou.post(f"/review/{case.id}/ticks", {}).status == 409
    for strange in (f"answers:work.{'9' * 90}.start", "answers:work.first.start", "answers:work.0.0.start"):
        assert zhou.post(f"/review/{case.id}/ticks", {"defect": f"ok:{strange}"}).status == 409, strange
    qin = sign_in("qin")
    qin.get(f"/review/{case.id}")
    assert qin.post(f"/review/{case.id}/ticks", {"defect": f"ok:{POSITION}"}).status == 409
    assert ticked(case) == []


def test_a_defect_is_marked_reworded_and_taken_back_without_javascript(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=application&defect=answers:application.position", expect=200)
    assert "与上传的材料不一致" in zhou.page.body.decode()
    zhou.submit({"text": "职位与合同第 2 页不一致。"}, form=f"/review/{case.id}/defects", expect=200)
    assert marked(case) == ["answers:application.position"]
    assert "退回补正（1 项）" in zhou.page.main
    zhou.get(f"/review/{case.id}?part=application&defect=answers:application.position", expect=200)
    zhou.submit({"text": "请改为合同上的职位。"}, form=f"/review/{case.id}/defects", expect=200)
    assert [d.text for d in fresh(case).open_defects] == ["请改为合同上的职位。"]
    zhou.get(f"/review/{case.id}?part=application&defect=ok:answers:application.position", expect=200)
    assert "撤回，此项无误" in zhou.page.main
    zhou.submit(form="/strike", expect=200)
    assert marked(case) == []


def test_an_empty_defect_is_told_and_what_was_typed_for_a_lost_right_is_kept(app, sign_in, who):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=application&defect=answers:application.position")
    assert zhou.submit({"text": "   "}, form=f"/review/{case.id}/defects").status == 422
    zhou.get(f"/review/{case.id}?part=application&defect=answers:application.position")
    move(case, "pass_preliminary", "zhou")
    move(case, "accept", "zhou")
    late = zhou.submit({"text": "我写了很久的一段说明。"}, form=f"/review/{case.id}/defects")
    assert late.status == 409
    assert "我写了很久的一段说明。" in late.body.decode()
    assert zhou.post(f"/review/{case.id}/defects", {"target": "answers:nowhere", "text": "x"}).status in (409, 422)


def test_marking_by_htmx_answers_the_pane_and_the_bar(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=materials")
    part = zhou.post(f"/review/{case.id}/defects", {"target": "material:degree", "text": "缺少认证页。", "part": "materials"}, headers=htmx("work"), expect=200)
    text = part.body.decode()
    assert "<html" not in text
    assert 'id="work"' in text
    assert 'id="moves"' in text
    assert "退回补正（1 项）" in text
    form = zhou.fragment(f"/review/{case.id}?part=materials&defect=material:contract", "defect-form").body.decode()
    assert 'id="defect-form"' in form
    assert "加盖单位公章" in form


def test_all_defects_are_told_at_once_in_one_paper(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    for target, text in (("answers:application.position", "职位不一致。"), ("material:degree", "缺少认证页。"), ("answers:work", "有间断。")):
        zhou.get(f"/review/{case.id}?defect={target}", expect=200)
        zhou.submit({"text": text}, form=f"/review/{case.id}/defects", expect=200)
    with quick():
        zhou.submit(form="/moves/return_all_at_once", button="return_all_at_once", expect=200)
    case = fresh(case)
    assert case.state is State.RETURNED
    assert len(case.told_defects) == 3
    paper = db.session.scalars(sa.select(PaperRow).where(PaperRow.case_id == case.id, PaperRow.kind == Paper.ONE_TIME_NOTICE)).one()
    assert [d["text"] for d in paper.facts["defects"]] == ["职位不一致。", "缺少认证页。", "有间断。"]
    page = zhou.get(f"/review/{case.id}", expect=200)
    assert "已暂停" in page.main or "暂停" in page.main
    assert "尚未补正" in page.main
    assert not [f for f in page.forms if "/moves/" in f.action]


def test_a_return_without_defects_is_dashed_and_says_why(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    page = zhou.get(f"/review/{case.id}", expect=200)
    assert re.search(r'value="return_all_at_once"[^>]*aria-disabled="true"', page.body.decode())
    pressed = zhou.submit(form="/moves/return_all_at_once", button="return_all_at_once")
    assert pressed.status == 409
    assert fresh(case).state is State.PRELIMINARY_REVIEW


def test_after_correction_changed_claims_and_files_show_old_and_new(app, sign_in, who):
    case, zhou = corrected(who), sign_in("zhou")
    text = zhou.get(f"/review/{case.id}?part=application", expect=200).body.decode()
    assert re.search(r"已改动.*?<del>.*?光学设计工程师.*?</del>.*?光学系统工程师", text, re.S)
    assert text.count("check-row changed") == 1
    materials = zhou.get(f"/review/{case.id}?part=materials", expect=200).body.decode()
    row = re.search(r"check-row changed.*?</div>", materials, re.S)[0]
    assert re.search(r"<del>.*?degree\.pdf.*?</del>.*?degree-apostille\.pdf", row, re.S)
    assert materials.count("check-row changed") == 1
    old = next(m for m in fresh(case).materials if m.kind == "degree" and m.replaced_at)
    assert zhou.get(f"/review/{case.id}/files/{old.id}").status == 200


def test_a_changed_line_of_a_repeating_page_shows_old_and_new(app, sign_in, who):
    case = returned_case(("answers:education.0.school", "学校名称不完整。"))
    with quick():
        desk.keep(case.id, "education", [{**case.answers["education"][0], "school": "Politecnico di Torino (Italia)"}], by=who("lin"))
        desk.act(case.id, "resubmit", by=who("lin"), seen=None)
    text = sign_in("zhou").get(f"/review/{case.id}?part=education", expect=200).body.decode()
    assert re.search(r"<del>.*?Politecnico di Torino.*?</del>.*?Politecnico di Torino \(Italia\)", text, re.S)


def test_defects_struck_after_telling_are_refused(app, sign_in, who):
    case = returned_case()
    told = db.session.scalars(sa.select(Defect).where(Defect.case_id == case.id)).first()
    zhou = sign_in("zhou")
    zhou.get(f"/review/{case.id}")
    assert zhou.post(f"/review/{case.id}/defects/{told.id}/strike", {}).status == 409
    assert db.session.get_one(Defect, told.id).state == "told"
