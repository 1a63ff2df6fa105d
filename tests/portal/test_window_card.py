"""The card at the window: reached from anything that can be scanned, each deed with a reason and a passport seen, two officers where it goes against the file."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.driving import browse
from tests.factories import filed_case, granted_case
from tests.workflow.test_joint import called_in
from workflow import card_window, counter, holding, ledger, reports, showing
from workflow.card import CardState
from workflow.engine import Refused
from workflow.intake.mrz import check_digit
from workflow.models import Card, CardOverride, Event, HolderReport, Message, User, UserRole, db, writing
from workflow.papers import Paper
from workflow.passwords import hash_password
from workflow.roles import ENTRANT, Role

PASSWORD = "Torino-1990"
WHY = {"passport_seen": "yes", "reason": "持护照到窗口"}


@pytest.fixture
def case(app):
    return granted_case(passport_no="YB0041728")


@pytest.fixture
def notice(case):
    return next(p for p in case.papers if p.kind is Paper.NOTIFICATION)


@pytest.fixture
def card(notice) -> Card:
    return holding.register(notice.id, PASSWORD)


@pytest.fixture
def huang(sign_in):
    return sign_in("huang")


def colleague(app, who) -> User:
    """A second officer of the window, Jiang."""
    first = who("huang")
    with writing() as session:
        user = User(email="jiang@sz.example", name="江岚", password_hash=hash_password("x"), authority_id=first.authority_id, created_at=first.created_at)
        user.grants.append(UserRole(role=Role.WINDOW))
        session.add(user)
    return user


def now(card) -> Card:
    return db.session.get_one(Card, card.id, populate_existing=True)


def told() -> list[str]:
    return [m.msgid for m in db.session.scalars(sa.select(Message).where(Message.address != "").order_by(Message.id))]


def test_the_file_of_the_card_names_the_machine(huang, notice):
    held = holding.register(notice.id, PASSWORD, at="kiosk", by=replace(ENTRANT, machine="东厅 1 号机"))
    assert "东厅 1 号机" in huang.get(f"/window/holders/{held.person_id}", expect=200).text


def test_a_page_of_the_window_prints_with_the_case_and_who_printed_it(huang, case):
    page = huang.get(f"/window/cases/{case.id}", expect=200).text
    head = page[page.index("打印人：") - 200 : page.index("打印人：") + 60]
    assert case.number in head
    assert "黄婧" in head


def scan(huang, text):
    huang.get("/window/", expect=200)
    return huang.submit({"text": text}, form="/window/")


def test_the_card_s_one_minute_code_opens_the_card_of_the_person_once(huang, card):
    code, _ = showing.show_code(card.id)
    scan(huang, f"http://portal.example/c/{code}")
    assert huang.page.path == f"/window/holders/{card.person_id}"
    assert "MORETTI GIULIA ANNA" in huang.page.main
    assert db.session.scalars(sa.select(Event).where(Event.trigger == "show")).one().role is Role.WINDOW
    page = scan(huang, code)
    assert page.status == 410
    assert "此码已被扫过" in page.main
    assert scan(huang, "0" * 16).status == 410


def test_the_officer_locks_with_a_reason_and_the_holder_is_told(huang, card):
    path = f"/window/holders/{card.person_id}"
    huang.get(path, expect=200)
    assert huang.submit({"reason": "卡主来电"}, form=f"{path}/lock").status == 422, "without the passport nothing is done"
    assert "卡主来电" in huang.page.body.decode(), "what was typed stays"
    assert huang.submit({**WHY, "reason": " "}, form=f"{path}/lock").status == 422
    huang.submit(WHY, form=f"{path}/lock", expect=200)
    assert now(card).state is CardState.LOCKED
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "lock")).one()
    assert (line.actor_name, line.role, line.facts["reason"]) == ("黄婧", Role.WINDOW, "持护照到窗口")
    assert told()[-1].startswith("Your electronic card was locked")
    huang.submit(WHY, form=f"{path}/unlock", expect=200)
    assert now(card).state is CardState.ACTIVE, "who locked it unlocks it"
    assert list(ledger.verify()) == []


def test_what_a_colleague_locked_takes_two_officers(huang, card, app, who):
    jiang, path = colleague(app, who), f"/window/holders/{card.person_id}"
    card_window.lock(card.id, "有人冒用", by=jiang)
    huang.get(path, expect=200)
    assert "须另一名工作人员确认" in huang.page.main
    huang.submit(WHY, form=f"{path}/unlock", expect=200)
    assert now(card).state is CardState.LOCKED
    ask = db.session.scalars(sa.select(CardOverride)).one()
    with pytest.raises(Refused, match="a colleague has to"):
        card_window.settle(ask.id, True, by=who("huang"))
    assert card_window.unlock(card.id, "再次申请", by=jiang) == "done", "who locked it may always take it back"


def test_the_second_officer_confirms_or_declines_and_both_names_stand_in_the_file(huang, sign_in, card, who):
    path = f"/window/holders/{card.person_id}"
    huang.get(path, expect=200)
    huang.submit(WHY, form=f"{path}/undo", expect=200)
    assert now(card).password_hash, "nothing happens before the second officer"
    huang.get("/window/second-look", expect=200)
    assert "您是申请人" in huang.page.main
    admin = sign_in("admin")
    admin.get("/window/second-look", expect=200)
    admin.submit({}, form="/window/second-look/1", button="不予确认", expect=200)
    assert now(card).password_hash
    huang.get(path, expect=200)
    huang.submit(WHY, form=f"{path}/undo", expect=200)
    admin.get("/window/second-look", expect=200)
    admin.submit({}, form="/window/second-look/2", button="确认", expect=200)
    assert not now(card).password_hash
    assert now(card).state is CardState.LOCKED
    lines = [(e.trigger, e.actor_name) for e in db.session.scalars(sa.select(Event).where(Event.subject == "card").order_by(Event.seq))]
    assert lines[1:] == [("ask_override", "黄婧"), ("decline_override", "苏敏"), ("ask_override", "黄婧"), ("undo_registration", "黄婧"), ("confirm_override", "苏敏")]
    assert list(ledger.verify()) == []
    assert told()[-1].startswith("The registration of your electronic card was undone")
    with pytest.raises(Refused, match="settled"):
        card_window.settle(2, True, by=who("admin"))


def test_a_registration_the_holder_disputed_is_undone_by_one_officer(huang, card, notice):
    holding.dispute(notice.id, "Giulia Anna Moretti", "YB0041728", card.person.birth_date)
    path = f"/window/holders/{card.person_id}"
    huang.get(path, expect=200)
    assert "卡主表示该卡系他人注册" in huang.page.main
    huang.submit(WHY, form=f"{path}/undo", expect=200)
    assert not now(card).password_hash
    assert holding.register(notice.id, "Milano-1991").id == card.id


def test_whoever_registered_wrongly_does_not_unlock_a_disputed_card_with_the_password(card, notice):
    holding.dispute(notice.id, "Giulia Anna Moretti", "YB0041728", card.person.birth_date)
    with pytest.raises(Refused, match="at the window"):
        showing.unlock(card.id, password=PASSWORD)
    assert now(card).state is CardState.LOCKED


def test_a_disputed_card_is_unlocked_by_two_officers_only(card, notice, app, who):
    holding.dispute(notice.id, "Giulia Anna Moretti", "YB0041728", card.person.birth_date)
    jiang = colleague(app, who)
    assert card_window.unlock(card.id, "本人确认无异议", by=who("huang")) == "asked"
    with pytest.raises(Refused, match="already"):
        card_window.unlock(card.id, "x y z", by=jiang)
    card_window.settle(db.session.scalars(sa.select(CardOverride.id)).one(), True, by=jiang)
    assert now(card).state is CardState.ACTIVE


def test_a_window_code_signs_in_on_a_new_phone_and_registers_where_nobody_has(huang, card, notice, app):
    path = f"/window/holders/{card.person_id}"
    huang.get(path, expect=200)
    assert huang.submit({}, form=f"{path}/code").status == 422
    huang.submit({"passport_seen": "yes"}, form=f"{path}/code", expect=200)
    code = huang.page.body.decode().split('class="big-code mt-2">')[1][:6]
    showing.check_code(card.id, code)
    with pytest.raises(Refused):
        showing.check_code(card.id, code)
    assert told()[-1].startswith("An officer at the window handed out a code")


def test_a_window_code_registers_where_nobody_has(huang, notice):
    path = f"/window/holders/{notice.permit.person_id}"
    huang.get(path, expect=200)
    assert "未注册" in huang.page.main
    huang.submit({"passport_seen": "yes"}, form=f"{path}/code", expect=200)
    holding.check_code(notice.id, huang.page.body.decode().split('class="big-code mt-2">')[1][:6])


def test_nobody_else_reaches_the_card(card, sign_in, app, who):
    path = f"/window/holders/{card.person_id}"
    assert sign_in("zhou").get(path).status == 403
    assert sign_in("admin").get(path).status == 403
    assert browse(app).get(path).path == "/sign-in"
    with writing() as session:
        session.add(UserRole(user_id=who("bai").id, role=Role.WINDOW))
    assert sign_in("bai").get(path).status == 404, "a window of another authority"
    for deed in (card_window.lock, card_window.unlock, card_window.undo):
        with pytest.raises(Refused):
            deed(card.id, "别处的窗口", by=who("bai"))
    assert now(card).state is CardState.ACTIVE


def zone() -> str:
    number, birth, expiry, personal = "YB0041728", "900314", "300101", "<" * 14
    second = f"{number}{check_digit(number)}ITA{birth}{check_digit(birth)}F{expiry}{check_digit(expiry)}{personal}<"
    return f"{'P<ITAMORETTI<<GIULIA<ANNA':<<44}\n{second}{check_digit(second[:10] + second[13:20] + second[21:43])}"


def test_everything_that_names_the_case_lands_on_it(huang, case, notice):
    receipt = next(p for p in case.papers if p.kind is Paper.FILING_RECEIPT)
    decision = next(p for p in case.papers if p.kind is Paper.DECISION)
    step = counter.residence_of(case)
    ways = [receipt.facts["qr_url"], receipt.number, receipt.ref, decision.number, notice.number, notice.facts["qr_url"], case.number, notice.permit.person.permit_number, "yb 004 1728", zone(), notice.facts["qr_url"].rpartition("#")[2]]
    for text in ways:
        scan(huang, text)
        assert huang.page.path == f"/window/{step.id}", text[:60]


def test_a_receipt_of_a_case_under_way_lands_on_the_case(huang):
    case = filed_case()
    receipt = next(p for p in case.papers if p.kind is Paper.FILING_RECEIPT)
    for text in (receipt.facts["qr_url"], receipt.number, case.number):
        scan(huang, text)
        assert huang.page.path == f"/window/cases/{case.id}", text[:60]
        assert "预审" in huang.page.main
        assert receipt.number in huang.page.main
    assert huang.get(f"/window/cases/{case.id}/papers/{receipt.id}").status == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://evil.example/v/7K3M9QX2TD6", "evil.example"),
        ("https://qr.alipay.com/fkx1234", "支付"),
        ("BEGIN:VCARD\nN:Li", "名片"),
        ("6901234567892", "商品条码"),
        ("91440300MA5F0000X1", "统一社会信用代码"),
        ("110105199003072316", "身份证"),
        ("899202600000000001", "末位"),
        ("P<ITAMORETTI<<GIULIA<ANNA<<<", "护照"),
        ("440300-2026-999999", "编号"),
        ("440300-TZ-2026-999999", "编号"),
        ("http://portal.example/c/7K3M9QX2", "截断"),
        ("???", "不是本系统"),
        ("7K3M9QX2TD7", "查无此编码"),
        ("签证", "不是本系统"),
    ],
)
def test_what_is_not_ours_is_named_in_a_clear_sentence(huang, case, text, said):
    page = scan(huang, text)
    assert page.status == 422
    assert said in page.main


def test_a_joint_filing_before_its_grant_opens_without_a_card(huang, app):
    case = called_in()
    scan(huang, case.number)
    step = counter.residence_of(case)
    assert (huang.page.status, huang.page.path) == (200, f"/window/{step.id}")
    assert "/window/holders/" not in huang.page.body.decode()


def test_what_the_holder_says_is_wrong_is_seen_and_answered(huang, case, card, who):
    report = reports.say(case.id, "La mia qualifica è un'altra", source="card", locale="it")
    huang.get("/window/reports", expect=200)
    assert "La mia qualifica" in huang.page.main
    path = f"/window/cases/{case.id}"
    huang.get(path, expect=200)
    assert huang.submit({"answer": " "}, form=f"{path}/reports/{report.id}").status == 422
    huang.submit({"answer": "已更正，请查看。"}, form=f"{path}/reports/{report.id}", expect=200)
    held = db.session.get_one(HolderReport, report.id, populate_existing=True)
    assert (held.answer, held.answered_by_id) == ("已更正，请查看。", who("huang").id)
    assert told()[-1].startswith("%(number)s: the authority has answered")
    with pytest.raises(Refused, match="answered by"):
        reports.answer(report.id, "第二个答复", by=who("huang"))
    assert list(ledger.verify()) == []
    message = db.session.scalars(sa.select(Message).where(Message.user_id == who("huang").id)).first()
    assert message is not None
    huang.get("/messages", expect=200)
    assert path in huang.page.body.decode(), "the officer's message leads to a page that she may open"


def test_five_things_wait_and_the_sixth_is_asked_to(case):
    for n in range(5):
        reports.say(case.id, f"Something is wrong {n}", source="tracker")
    with pytest.raises(Refused, match="five"):
        reports.say(case.id, "Something else", source="tracker")
