"""The card: masked until shown, one minute and one scan, locked when the holder says so, nothing left behind."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.factories import granted_case
from tests.kiosk.conftest import PASSWORD, last_code, notice_of, registered
from workflow import clock, ledger, showing
from workflow.documents import qr
from workflow.models import Card, Event, Message, PaperRow, Permit, ShownCode, db, writing
from workflow.papers import Paper
from workflow.permit import PermitState
from workflow.reading import scanner


@pytest.fixture
def holder(visitor, notice):
    return registered(visitor, notice.ref)


def number_of(notice):
    return notice.facts["permit_number"]


def test_masked_the_page_holds_neither_name_nor_number(holder, notice):
    holder.open("/card")
    assert "MORETTI" not in holder.page
    assert "GIULIA" not in holder.page
    assert number_of(notice) not in holder.page
    assert "YB0041728" not in holder.page
    assert "M****** G***** A***" in holder.page
    assert "已准予，尚未开始" in holder.page


def test_shown_it_is_the_work_permit_page_in_two_languages_for_a_minute(holder, notice, later):
    holder.send("/card/face", show="1")
    facts = notice.facts
    for words in (
        "工作许可信息查询页", "Work permit information page", "MORETTI GIULIA ANNA", number_of(notice), "意大利", "Italy", "女", "Female", "B 外国专业人才", facts["employer_zh"], facts["employer_en"],
        "光学设计工程师", "Optical design engineer", facts["valid_from"], facts["valid_to"], facts["issued_on"], "深圳市外国人工作管理部门", "已准予，尚未开始", "查询时间", "As of",
    ):  # fmt: skip
        assert words in holder.page, words
    later(seconds=61)
    holder.open("/card")
    assert "MORETTI" not in holder.page
    holder.send("/card/face", show="1").send("/card/face", show="0")
    assert "MORETTI" not in holder.page


def test_the_permit_page_says_valid_once_the_period_has_begun(holder, notice, later):
    later(days=60)
    holder.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD)
    holder.send("/card/face", show="1")
    assert "有效 <span lang=\"en\">Valid</span>" in holder.page


def test_the_photograph_is_for_the_holders_visit_alone(holder, another):
    answer = holder.asks("GET", "/card/photo").answer
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data[:2] == b"\xff\xd8"
    another.open("/card/photo")
    assert another.answer.mimetype == "text/html"


def shown_code(visitor, monkeypatch) -> str:
    texts = []
    real = qr.svg
    monkeypatch.setattr(qr, "svg", lambda text, title: texts.append(text) or real(text, title))
    visitor.open("/card/show").send("/card/show")
    assert visitor.status == 200
    assert "限扫一次" in visitor.page
    return texts[-1].removeprefix("http://portal.example")


def test_a_shown_code_opens_the_live_page_once_and_is_worthless_then(holder, another, notice, monkeypatch):
    path = shown_code(holder, monkeypatch)
    assert re.fullmatch(r"/c/[0-9A-Z]{16}", path)
    another.open(path)
    assert "MORETTI" not in another.page, "opening the address changes nothing and shows nothing"
    another.open(path).send(path)
    assert another.status == 200
    assert "真实，此刻状态如下" in another.page
    assert "MORETTI GIULIA ANNA" in another.page
    assert number_of(notice) in another.page
    another.open(path).send(path)
    assert another.status == 410
    assert "此码已被扫过" in another.page
    assert "MORETTI" not in another.page
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "show")).one()
    assert line.case_id == notice.case_id
    assert list(ledger.verify()) == []


def test_a_shown_code_lives_one_minute(holder, another, later, monkeypatch):
    path = shown_code(holder, monkeypatch)
    later(seconds=61)
    another.open(path).send(path)
    assert another.status == 410
    assert "此码已失效或不存在" in another.page


def test_a_new_code_ends_the_one_before(holder, another, monkeypatch):
    old = shown_code(holder, monkeypatch)
    new = shown_code(holder, monkeypatch)
    another.open(old).send(old)
    assert another.status == 410
    another.open(new).send(new)
    assert another.status == 200


@pytest.mark.parametrize("code", ["0" * 16, "x", "Ж" * 16, "A" * 300, "..%2f"])
def test_a_code_nobody_made_gets_the_same_page_as_one_that_ended(visitor, app, code):
    visitor.open(f"/c/{code}")
    if visitor.status == 200:
        form = re.search(r'action="(/c/[^"]+)"', visitor.page).group(1)
        visitor.send(form)
        assert visitor.status == 410
        assert "此码已失效或不存在" in visitor.page
    else:
        assert visitor.status == 404


def test_of_many_scans_at_once_exactly_one_sees_the_card(holder, notice, app):
    card_id = db.session.scalars(sa.select(Card.id)).one()
    code, _ = showing.show_code(card_id)
    db.session.remove()

    def scan(_n):
        with app.app_context():
            answer = showing.redeem(code).answer
            db.session.remove()
            return answer

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(scan, range(6)))
    assert sorted(answers) == ["live"] + ["used"] * 5


def test_only_the_hash_of_a_shown_code_is_kept(holder, monkeypatch):
    path = shown_code(holder, monkeypatch)
    assert path.rpartition("/")[2] not in {row.code_hash for row in db.session.scalars(sa.select(ShownCode))}


def test_the_symbol_is_read_by_our_own_scanner(holder):
    code, _ = showing.show_code(db.session.scalars(sa.select(Card.id)).one())
    from tests.kiosk.test_check import picture_of

    assert scanner.read(picture_of(f"http://portal.example/c/{code}")).text == f"http://portal.example/c/{code}"


def test_signing_in_on_the_known_phone_needs_no_code(holder, notice):
    holder.open("/card").send("/goodbye?at=phone")
    holder.open("/card")
    assert holder.path == "/card/sign-in"
    number = number_of(notice)
    holder.send("/card/sign-in", number=f"{number[:6]} {number[6:]}", password=PASSWORD)
    assert holder.path == "/card"
    assert "****" in holder.page


def test_signing_in_on_a_new_phone_needs_a_code(holder, another, notice, later):
    later(minutes=2)
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD)
    assert another.path == "/card/code"
    assert another.open("/card").path == "/card/sign-in", "without the code the card stays shut"
    another.open("/card/code").send("/card/code", code="12" + last_code())
    assert another.status == 422
    another.send("/card/code", code=last_code())
    assert another.path == "/card"
    another.send("/goodbye?at=phone")
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD)
    assert another.path == "/card", "now this phone is known"


def test_a_wrong_password_and_an_unknown_number_look_alike(holder, another, notice):
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password="Falsch-123")
    wrong = another.status, re.sub(r"<form.*?</form>", "", another.page, flags=re.DOTALL)
    another.open("/card/sign-in").send("/card/sign-in", number="899202600000000000", password=PASSWORD)
    assert (another.status, re.sub(r"<form.*?</form>", "", another.page, flags=re.DOTALL)) == wrong
    assert wrong[0] == 422
    assert "Falsch" not in wrong[1]


def test_five_wrong_passwords_rest_the_card_for_a_while(holder, another, notice, later):
    for _ in range(5):
        another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password="Falsch-123")
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD)
    assert another.status == 429
    later(minutes=16)
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD)
    assert another.path == "/card/code"


def test_locking_ends_every_other_visit_and_the_code_on_the_screen(holder, another, notice, later, monkeypatch):
    later(minutes=2)
    another.open("/card/sign-in").send("/card/sign-in", number=number_of(notice), password=PASSWORD).send("/card/code", code=last_code())
    path = shown_code(another, monkeypatch)
    holder.open("/card/lock").send("/card/lock")
    assert holder.path == "/card"
    assert "已锁定" in holder.page
    assert "show-code" not in holder.page
    assert another.open("/card").path == "/card/sign-in"
    another.open(path).send(path)
    assert another.status == 410
    holder.open("/card/show")
    assert "请先解锁" in holder.page
    holder.open("/card/lock").send("/card/unlock", password="Falsch-123")
    assert holder.status == 422
    holder.send("/card/unlock", password=PASSWORD)
    assert holder.path == "/card"
    assert "已锁定" not in holder.page
    assert [e.trigger for e in db.session.scalars(sa.select(Event).where(Event.subject == "card").order_by(Event.seq))] == ["register", "sign_in", "lock", "unlock"]


def test_the_window_locks_and_unlocks_too(holder, who):
    card_id = db.session.scalars(sa.select(Card.id)).one()
    showing.lock(card_id, by=who("huang"))
    assert "已锁定" in holder.open("/card").page or holder.path == "/card/sign-in"
    showing.unlock(card_id, by=who("huang"))
    assert list(ledger.verify()) == []


def test_a_cancelled_permit_shows_a_grey_card_and_no_code(holder, notice):
    with writing() as rows:
        permit = rows.get_one(PaperRow, notice.id).permit
        permit.state, permit.ended_on = PermitState.CANCELLED, clock.today()
    holder.open("/card")
    assert "已注销" in holder.page
    assert "/card/show\"><input" not in holder.page
    holder.post("/card/show", {})
    assert holder.status == 409
    assert "没有有效的工作许可" in holder.page


def test_the_newest_permit_is_on_the_card(holder, notice):
    second = notice_of(granted_case(passport_no="YB0041728", given_names="GIULIA"))
    holder.open("/card").send("/card/face", show="1")
    assert "MORETTI GIULIA" in holder.page
    assert db.session.query(Permit).count() == 2
    assert second.permit.valid_to.isoformat() in holder.page


def test_goodbye_clears_and_back_shows_nothing(holder):
    holder.open("/card").send("/card/face", show="1")
    assert "MORETTI" in holder.page
    assert "no-store" in holder.answer.headers["Cache-Control"]
    answer = holder.asks("POST", "/goodbye?at=phone", follow=False, data={"csrf_token": holder.token()}).answer
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.status_code == 303
    for page in ("/card", "/card/show", "/card/lock", "/register/password"):
        holder.open(page)
        assert "MORETTI" not in holder.page
        assert "****" not in holder.page


def test_fifteen_idle_minutes_end_the_visit_on_a_phone(holder, later):
    later(minutes=14)
    assert holder.open("/card").path == "/card"
    later(minutes=15)
    assert holder.open("/card").path == "/card/sign-in"


def test_two_hours_end_it_however_busy(holder, later):
    for _ in range(12):
        later(minutes=10)
        holder.open("/card")
    assert holder.path == "/card/sign-in"


def test_get_changes_nothing(holder, app):
    before = db.session.query(Event).count(), db.session.query(ShownCode).count()
    for page in ("/card", "/card/show", "/card/lock", "/card/photo", "/goodbye", "/card/face", "/card/unlock"):
        holder.asks("GET", page, follow=False)
    db.session.expire_all()
    assert (db.session.query(Event).count(), db.session.query(ShownCode).count()) == before
    assert holder.open("/card").path == "/card"


def test_the_proof_is_a_signed_paper_that_can_be_checked(holder, another, notice):
    answer = holder.open("/card").asks("POST", "/card/proof", data={"csrf_token": holder.token()}).answer
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    paper = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.PERMIT_PROOF)).one()
    assert paper.facts["standing_en"] == "Granted, not begun yet"
    another.open(f"/v/{paper.ref}")
    assert "真实，记录在案" in another.page
    assert "外国人来华工作许可信息证明" in another.page
    holder.open("/card").asks("POST", "/card/proof", data={"csrf_token": holder.token()})
    assert db.session.query(PaperRow).filter_by(kind=Paper.PERMIT_PROOF).count() == 1, "twice on a day is the same paper"
    assert list(ledger.verify()) == []


def test_a_locked_card_proves_nothing(holder, notice):
    holder.open("/card/lock").send("/card/lock")
    holder.asks("POST", "/card/proof", data={"csrf_token": holder.token()})
    assert holder.status == 409
    assert "请先解锁" in holder.page


def test_the_holder_tells_the_authority_what_is_wrong(holder, notice, who):
    holder.open("/card/wrong").send("/card/wrong", words="  ")
    assert holder.status == 422
    holder.send("/card/wrong", words="Meine Stelle heißt anders: 光学工程师 <b>")
    assert "已转告" in holder.page
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "report_wrong")).one()
    assert line.case_id == notice.case_id
    assert line.facts["words"] == "Meine Stelle heißt anders: 光学工程师 <b>"
    assert db.session.scalars(sa.select(Message).where(Message.user_id == who("huang").id)).one().values["words"] == line.facts["words"]


def test_earlier_permits_stay_on_the_card(holder, notice):
    granted_case(passport_no="YB0041728")
    holder.open("/card").send("/card/face", show="1")
    assert "以前的许可" in holder.page
    assert "已被替换" in holder.page
