"""The officers' pages: queues, one case in front of its officer, defects told at once, four eyes, lost races."""

import re

import pytest
import sqlalchemy as sa

from tests.driving import htmx, words
from tests.factories import examined_case, filed_case, granted_case, in_acceptance_case, move, quick
from tests.portal.reviewing import corrected, fresh
from workflow import desk
from workflow.application import State
from workflow.models import Case, CaseFinding, Employer, Event, Permit, db, writing

# queues .....................................................................


def test_each_officer_sees_the_queues_of_the_own_roles(app, sign_in):
    zhou, qin = sign_in("zhou"), sign_in("qin")
    assert [zhou.get(f"/review/{name}").status for name in ("preliminary", "acceptance", "examination", "decision")] == [200, 200, 403, 403]
    assert [qin.get(f"/review/{name}").status for name in ("preliminary", "examination")] == [403, 200]
    assert sign_in("lin").get("/review/preliminary").status == 403


def test_the_queue_lists_its_stage_by_promised_limit_and_leads_to_the_most_urgent(app, sign_in):
    late, early, elsewhere = filed_case(surname="LATER"), filed_case(surname="EARLIER"), in_acceptance_case(surname="ACCEPTED")
    with writing() as session:
        session.execute(sa.update(Case).where(Case.id == early.id).values(due_on=sa.func.date("2020-01-02") if db.engine.dialect.name == "sqlite" else sa.text("DATE '2020-01-02'")))
    page = sign_in("zhou").get("/review/preliminary", expect=200)
    assert page.main.index("EARLIER") < page.main.index("LATER")
    assert "ACCEPTED" not in page.main
    assert f"/review/{early.id}" in page.link("办理下一件（最急）")
    assert "1 件已超承诺期限" in page.main
    assert late.id != elsewhere.id


def test_filters_and_search_leave_what_matches(app, sign_in, who):
    mine, other = filed_case(surname="SILVA"), filed_case(surname="O'BRIEN")
    desk.claim(mine.id, by=who("zhou"))
    zhou = sign_in("zhou")
    only_mine = zhou.get("/review/preliminary?only=mine").main
    assert "SILVA" in only_mine
    assert "BRIEN" not in only_mine
    for typed in ("o'brien", other.number):
        found = zhou.get(f"/review/preliminary?q={typed}").main
        assert "BRIEN" in found, typed
        assert "SILVA" not in found, typed
    for sign in ("%25", "_", "SIL_A"):
        assert "没有符合条件的申请" in zhou.get(f"/review/preliminary?q={sign}").main
    assert zhou.get("/review/preliminary?only=no&after=never&before=2026-02-30_x&class=Z").status == 200


def test_pages_follow_each_other_without_gap_or_repetition(app, sign_in, monkeypatch):
    from portal.review import queues

    monkeypatch.setattr(queues, "PAGE", 2)
    cases = [filed_case(surname=f"PERSON {letter}") for letter in "ABCDE"]
    zhou, seen, url = sign_in("zhou"), [], "/review/preliminary"
    for _ in range(4):
        page = zhou.get(url, expect=200)
        seen.append([c.id for c in cases if c.applicant in page.main])
        try:
            url = page.link("下一页")
        except Exception:
            break
    assert seen == [[cases[0].id, cases[1].id], [cases[2].id, cases[3].id], [cases[4].id]]
    back = zhou.get(zhou.page.link("上一页"), expect=200)
    assert [c.id for c in cases if c.applicant in back.main] == seen[1]


def test_findings_are_counted_and_a_clean_case_says_none(app, sign_in):
    case = filed_case(surname="FOUND")
    with writing() as session:
        session.add(CaseFinding(case_id=case.id, target="material:contract", code="seal", level="review", msgid="x", found_at=case.created_at))
    assert "待看 1" in sign_in("zhou").get("/review/preliminary").main


def test_claiming_answers_for_each_case(app, sign_in, who):
    free, taken = filed_case(surname="FREE"), filed_case(surname="TAKEN")
    with writing() as session:
        from workflow.models import User, UserRole
        from workflow.roles import Role

        chen = User(email="chen@sz.example", name="陈立", password_hash="x", authority_id=who("zhou").authority_id, created_at=free.created_at)
        chen.grants.append(UserRole(role=Role.ACCEPTANCE))
        session.add(chen)
    desk.claim(taken.id, by=who("chen"))
    zhou = sign_in("zhou")
    zhou.get("/review/preliminary")
    page = zhou.submit({"case": [str(free.id), str(taken.id)]}, form="/review/claim", expect=200)
    assert f"已认领：{free.number}" in page.body.decode()
    assert "陈立" in page.body.decode()
    assert fresh(free).claimed_by_id == who("zhou").id
    assert fresh(taken).claimed_by_id == who("chen").id


def test_a_case_is_taken_from_its_own_page(app, sign_in, who):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}", expect=200)
    zhou.submit(form="/review/claim", expect=200)
    assert zhou.page.path == f"/review/{case.id}"
    assert fresh(case).claimed_by_id == who("zhou").id
    assert not [f for f in zhou.page.forms if f.action.endswith("/review/claim")]


def test_the_search_finds_closed_cases_of_the_own_authority_only(app, sign_in):
    granted = granted_case(surname="GRANTED")
    assert "GRANTED" in sign_in("qin").get(f"/review/find?q={granted.number}").main
    assert "GRANTED" not in sign_in("bai").get("/review/find?q=granted").main


# one case ...................................................................


def test_another_authority_and_drafts_do_not_exist(app, sign_in, who):
    from tests.factories import draft_case

    case, draft = filed_case(), draft_case()
    file = fresh(case).live_materials[0]
    bai, zhou = sign_in("bai"), sign_in("zhou")
    for path in (f"/review/{case.id}", f"/review/{case.id}/files/{file.id}", f"/review/{case.id}/papers/{case.papers[0].id}"):
        assert bai.get(path).status == 404
    for path in (f"/review/{case.id}/moves/pass_preliminary", f"/review/{case.id}/defects", f"/review/{case.id}/defects/1/strike"):
        bai.get("/review/preliminary")
        assert bai.post(path, {"seen": "1"}).status == 404
    assert zhou.get(f"/review/{draft.id}").status == 404
    assert zhou.get(f"/review/{10**30}").status == 404
    assert fresh(case).state is State.PRELIMINARY_REVIEW


def test_every_part_shows_its_claims_with_a_choice_beside_each(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    for part, said in (("class_ground", "B"), ("basic", "YB"), ("application", "光学设计工程师"), ("education", "Politecnico"), ("work", "Ottica"), ("family", "MORETTI LUCA"), ("contract", "3"), ("materials", "degree.pdf")):
        page = zhou.get(f"/review/{case.id}?part={part}", expect=200)
        assert said in page.main, part
        assert "无误" in page.main


def test_files_are_served_safely_and_only_those_of_the_case(app, sign_in):
    case, other, zhou = filed_case(), filed_case(), sign_in("zhou")
    photo = next(m for m in fresh(case).live_materials if m.kind == "photo")
    answer = zhou.get(f"/review/{case.id}/files/{photo.id}", expect=200)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert zhou.get(f"/review/{case.id}/files/{photo.id}?download=1").headers["content-disposition"].startswith("attachment")
    assert zhou.get(f"/review/{other.id}/files/{photo.id}").status == 404
    pledge = next(m for m in fresh(case).live_materials if m.committed)
    assert zhou.get(f"/review/{case.id}/files/{pledge.id}").status == 404


def test_the_case_file_shows_every_act_with_its_facts(app, sign_in, who):
    case = corrected(who)
    text = sign_in("zhou").get(f"/review/{case.id}?part=casefile", expect=200).main
    events = db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.case_id == case.id))
    assert text.count("经办人）") + text.count("受理）") >= events
    for said in ("退回", "缺少认证页。", "周明", "林晓雯", "文书：", "degree-apostille.pdf"):
        assert said in text, said


# moves ......................................................................


def test_a_case_walks_from_filing_to_grant_through_the_pages(app, sign_in):
    case = filed_case()
    zhou, qin, wei = sign_in("zhou"), sign_in("qin"), sign_in("wei")
    with quick():
        for trigger in ("pass_preliminary", "accept"):
            zhou.get(f"/review/{case.id}", expect=200)
            zhou.submit(form=f"/moves/{trigger}", button=trigger, expect=200)
        qin.get(f"/review/{case.id}", expect=200)
        qin.submit({"opinion": "材料齐全，符合条件。", "grounds": "服务指南"}, form="/moves/recommend", expect=200)
        wei.get(f"/review/{case.id}", expect=200)
        wei.submit(form="/moves/grant", button="grant", expect=200)
    case = fresh(case)
    assert case.state is State.GRANTED
    assert (case.examined_by.name, case.decided_by.name) == ("秦岚", "魏平")
    assert "本件已办结" in zhou.get(f"/review/{case.id}", expect=200).main


def test_a_question_left_empty_is_asked_beside_its_field(app, sign_in):
    case = move(in_acceptance_case(), "accept", "zhou")
    qin = sign_in("qin")
    qin.get(f"/review/{case.id}", expect=200)
    page = qin.submit({"opinion": "材料齐全。", "grounds": ""}, form="/moves/recommend")
    assert page.status == 422
    assert "材料齐全。" in page.body.decode()
    assert "<details class=\"ask\" open>" in page.body.decode()
    assert fresh(case).state is State.EXAMINATION


def test_four_eyes_the_examiner_may_not_decide(app, sign_in, who):
    case = examined_case()
    with writing() as session:
        from workflow.models import UserRole
        from workflow.roles import Role

        session.add(UserRole(user_id=who("qin").id, role=Role.DECIDER))
    qin = sign_in("qin")
    page = qin.get(f"/review/{case.id}", expect=200)
    assert re.search(r'value="grant"[^>]*aria-disabled="true"', page.body.decode())
    pressed = qin.submit(form="/moves/grant", button="grant")
    assert pressed.status == 409
    assert fresh(case).state is State.DECISION
    assert fresh(case).decided_by_id is None


def test_two_officers_at_once_one_wins_and_the_other_reads_who_did_what(app, sign_in, who):
    case = filed_case()
    first, second = sign_in("zhou"), sign_in("zhou")
    first.get(f"/review/{case.id}")
    second.get(f"/review/{case.id}")
    with quick():
        first.submit(form="/moves/pass_preliminary", button="pass_preliminary", expect=200)
        lost = second.submit({"reason": "不属于受理范围，理由写了很久。"}, form="/moves/decline")
    assert lost.status == 409
    text = lost.body.decode()
    assert "周明" in text
    assert "预审通过" in text
    assert "不属于受理范围，理由写了很久。" in text
    assert '<details class="ask" open>' in text
    assert fresh(case).state is State.ACCEPTANCE


def test_a_lost_race_by_htmx_swaps_the_bar_alone(app, sign_in):
    case = filed_case()
    zhou = sign_in("zhou")
    zhou.get(f"/review/{case.id}")
    stale = zhou.page.form("/moves/pass_preliminary").hidden
    move(case, "pass_preliminary", "zhou")
    answer = zhou.post(f"/review/{case.id}/moves/pass_preliminary", stale, headers=htmx("moves"))
    assert answer.status == 409
    assert "<html" not in answer.body.decode()
    assert 'id="work"' not in answer.body.decode()
    assert 'id="moves"' in answer.body.decode()


def test_the_same_form_sent_twice_acts_once(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}")
    form = zhou.page.form("/moves/pass_preliminary").hidden
    with quick():
        answers = [zhou.post(f"/review/{case.id}/moves/pass_preliminary", form).status for _ in range(2)]
    assert answers == [200, 200]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.case_id == case.id, Event.trigger == "pass_preliminary")) == 1


def test_a_form_without_its_version_does_not_act(app, sign_in):
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}")
    assert zhou.post(f"/review/{case.id}/moves/pass_preliminary", {"seen": "one"}).status == 409
    assert zhou.post(f"/review/{case.id}/moves/pass_preliminary", {}).status == 409
    assert zhou.post(f"/review/{case.id}/moves/fly_away", {"seen": str(fresh(case).version)}).status == 409
    assert fresh(case).state is State.PRELIMINARY_REVIEW


def test_papers_of_a_case_are_printed_when_asked_for(app, sign_in):
    case = filed_case()
    answer = sign_in("zhou").get(f"/review/{case.id}/papers/{case.papers[0].id}", expect=200)
    assert answer.body.startswith(b"%PDF-")
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/review/preliminary", "/review/find?q=MORETTI"])
def test_a_list_costs_the_same_for_ten_as_for_one(app, sign_in, path):
    def queries() -> int:
        count = 0

        def counted(*_):
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", counted)
        zhou.get(path, expect=200)
        sa.event.remove(db.engine, "before_cursor_execute", counted)
        return count

    zhou = sign_in("zhou")
    filed_case()
    zhou.get(path)
    one = queries()
    for _ in range(6):
        filed_case()
    assert queries() == one
    assert one <= 16


def test_an_officer_is_told_that_a_grant_would_end_another_employers_permit(sign_in, who):
    """Nobody's permit ends without a word because another employer files for the same passport."""
    held = granted_case(passport_no="YB0099001")
    with writing() as session:
        elsewhere = session.scalars(sa.select(Employer).where(Employer.id != held.employer_id)).first()
        permit = session.scalars(sa.select(Permit).where(Permit.case_id == held.id)).one()
        permit.employer_id = elsewhere.id
        name, until = elsewhere.name, permit.valid_to.isoformat()
    again, other = filed_case(passport_no="YB0099001"), filed_case()
    zhou = sign_in("zhou")
    told = zhou.get(f"/review/{again.id}").by_id("held-elsewhere")
    assert name in words(told)
    assert until in words(told)
    assert zhou.get(f"/review/{other.id}").by_id("held-elsewhere") is None
    lin = sign_in("lin")
    assert name not in lin.get(f"/applications/{again.id}").main
    assert name not in lin.get(f"/applications/{again.id}/answers").main
