"""The exit-entry office's pages: the proof first, then the decision; nothing without a standing proof."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import granted_case, quick
from workflow import clock, counter
from workflow.card import CardState, social_security_number
from workflow.models import Card, PaperRow, Residence, UserRole, db, writing
from workflow.residence import ResidenceState
from workflow.roles import Role


@pytest.fixture
def verified(app, who) -> Residence:
    step = counter.open_counter(counter.residence_of(granted_case()).id, by=who("huang"))
    for original in list(step.originals):
        counter.look_at(step.id, original.id, "seen", by=who("huang"))
    with quick():
        return counter.act(step.id, "verify_originals", by=who("huang"), seen=None)


@pytest.fixture
def luo(sign_in):
    return sign_in("luo")


def now(step) -> Residence:
    return db.session.get_one(Residence, step.id, populate_existing=True)


def grant(luo, step, **changes):
    first = clock.today()
    values = {"residence_number": "B12345678", "valid_from": first.isoformat(), "valid_to": (first + timedelta(days=365)).isoformat()} | changes
    luo.get(f"/residence/{step.id}", expect=200)
    with quick():
        return luo.submit(values, form="/moves/grant_residence")


def expire(step):
    with writing() as session:
        session.execute(sa.update(PaperRow).where(PaperRow.id == counter.notice_of(step).id).values(valid_until=clock.today() - timedelta(days=1)))


def test_verified_steps_come_first_and_numbers_find_the_others(luo, verified):
    waiting = counter.residence_of(granted_case(surname="WAITING"))
    page = luo.get("/residence/", expect=200)
    assert verified.permit.person.permit_number[:4] in page.main
    assert "WAITING" not in page.main
    for text in (waiting.permit.person.permit_number, counter.notice_of(waiting).ref, waiting.case.number):
        assert "WAITING" in luo.get(f"/residence/?q={text}", expect=200).main, text
    assert "没有与“ABC”相符" in luo.get("/residence/?q=ABC").main


def test_the_page_shows_proof_days_and_what_the_window_saw(luo, verified, who):
    counter.set_entry(verified.id, clock.today(), by=who("huang"))
    page = luo.get(f"/residence/{verified.id}", expect=200)
    for said in ("工作许可通知在 3 个月有效期内", "入境 30 日，剩 30 天", "全部已见", verified.permit.person.passport_no, "原件齐全"):
        assert said in page.main, said


def test_granted_on_a_valid_notice(luo, verified):
    page = grant(luo, verified)
    assert page.status == 200
    assert now(verified).state is ResidenceState.RESIDENCE_GRANTED
    assert "B12345678" in page.main
    assert luo.get(page.link("居留许可办理结果"), expect=200).body.startswith(b"%PDF-")


def test_without_a_standing_proof_the_grant_is_dashed_with_the_reason_and_409(luo, verified):
    luo.get(f"/residence/{verified.id}")
    hidden = luo.page.form("/moves/grant_residence").hidden
    expire(verified)
    page = luo.get(f"/residence/{verified.id}", expect=200)
    assert "没有有效的工作许可证明" in page.main
    assert re.search(r'value="grant_residence"[^>]*aria-disabled="true"', page.body.decode())
    last = (clock.today() + timedelta(days=300)).isoformat()
    pressed = luo.post(f"/residence/{verified.id}/moves/grant_residence", {**hidden, "residence_number": "B12345678", "valid_from": clock.today().isoformat(), "valid_to": last})
    assert pressed.status == 409
    assert now(verified).state is ResidenceState.ORIGINALS_VERIFIED


def test_granted_on_the_permit_page_when_the_notice_is_past(luo, verified):
    expire(verified)
    with writing() as session:
        person = session.get_one(Residence, verified.id).permit.person
        session.add(Card(person_id=person.id, state=CardState.ACTIVE, password_hash="x", security_number=social_security_number(person.nationality, person.passport_no), registered_at=clock.now()))
    assert "工作许可信息查询页" in luo.get(f"/residence/{verified.id}").main
    assert grant(luo, verified).status == 200
    assert now(verified).state is ResidenceState.RESIDENCE_GRANTED


@pytest.mark.parametrize(("changes", "said"), [({"valid_to": "2020-01-01"}, "早于"), ({"valid_to": "2099-01-01"}, "晚于工作许可的截止日期"), ({"valid_from": "soon"}, "不是有效日期"), ({"residence_number": "  "}, "此项必填")])
def test_a_wrong_period_is_told_beside_its_field_and_everything_typed_stays(luo, verified, changes, said):
    page = grant(luo, verified, **changes)
    assert page.status == 422
    assert said in page.main
    if "residence_number" not in changes:
        assert 'value="B12345678"' in page.body.decode()
    assert now(verified).state is ResidenceState.ORIGINALS_VERIFIED


def test_refused_with_its_reason_before_any_original_was_seen(luo):
    step = counter.residence_of(granted_case())
    luo.get(f"/residence/{step.id}", expect=200)
    with quick():
        assert luo.submit({"reason": ""}, form="/moves/refuse_residence").status == 422
        luo.get(f"/residence/{step.id}", expect=200)
        luo.submit({"reason": "没有有效的工作许可证明。"}, form="/moves/refuse_residence", expect=200)
    assert now(step).state is ResidenceState.RESIDENCE_REFUSED
    assert "没有有效的工作许可证明。" in luo.page.main


def test_another_authority_and_other_roles_see_nothing(verified, sign_in, who):
    with writing() as session:
        session.add(UserRole(user_id=who("bai").id, role=Role.EXIT_ENTRY))
    bai = sign_in("bai")
    assert bai.get(f"/residence/{verified.id}").status == 404
    assert verified.permit.person.name not in bai.get("/residence/", expect=200).main
    assert bai.post(f"/residence/{verified.id}/moves/refuse_residence", {"seen": "1", "reason": "x"}).status == 404
    for short in ("huang", "zhou", "lin"):
        assert sign_in(short).get("/residence/").status == 403


def test_two_officers_at_once_the_slower_is_told(luo, verified, who):
    luo.get(f"/residence/{verified.id}")
    hidden = luo.page.form("/moves/refuse_residence").hidden
    with quick():
        counter.act(verified.id, "refuse_residence", by=who("luo"), seen=None, reason="先到的理由")
        page = luo.post(f"/residence/{verified.id}/moves/refuse_residence", {**hidden, "reason": "后到的理由"})
    assert page.status == 409
    assert "罗毅" in page.body.decode()
