"""From a notice to the card: the holder gets it, whoever found the notice does not."""

import random
import re

import pytest
import sqlalchemy as sa

from tests.factories import granted_case, person
from tests.kiosk.conftest import HOLDER, PASSWORD, last_code, notice_of, registered
from workflow import clock, desk, holding, ledger, throttle
from workflow.engine import Refused
from workflow.models import Card, Event, Message, OneTimeCode, PaperRow, Visit, db
from workflow.permit import PermitState


def test_the_holder_registers_on_a_phone_and_lands_on_the_card(visitor, notice):
    registered(visitor, notice.ref)
    assert visitor.path == "/card"
    assert "您的电子社会保障卡已注册成功" in visitor.page
    card = db.session.scalars(sa.select(Card)).one()
    assert card.security_number == "ITA000000YB0041728"
    assert len(card.security_number) == 18
    assert card.password_hash.startswith("$argon2id$")
    assert PASSWORD not in card.password_hash


def test_the_case_file_says_who_registered_and_where(visitor, notice):
    registered(visitor, notice.ref)
    line = db.session.scalars(sa.select(Event).where(Event.case_id == notice.case_id, Event.trigger == "register")).one()
    assert (line.role, line.facts) == ("entrant", {"at": "phone", "paper": notice.number})
    assert list(ledger.verify()) == []


def test_a_found_notice_cannot_be_registered_with_what_is_printed_on_it(visitor, notice, app):
    """Name, passport number, permit number, employer, dates: all of it, and the card stays out of reach."""
    printed = notice.facts
    days = {printed["issued_on"], printed["valid_from"], printed["valid_to"], printed["notice_valid_until"]}
    for day in sorted(days):
        year, month, date = day.split("-")
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", name=printed["name"], passport=printed["passport_no"], **{"born-year": year, "born-month": month, "born-day": date})
        assert visitor.path == f"/register/{notice.ref}"
        assert visitor.status == 422
    assert db.session.query(Card).count() == 0
    assert db.session.query(OneTimeCode).count() == 0
    for page in ("/register/code", "/register/password", "/card"):
        visitor.open(page)
        assert "MORETTI" not in visitor.page
        assert "验证码已发往" not in visitor.page
        assert "再输入一次" not in visitor.page


WRONG = [{"name": "Giulio Moretti"}, {"passport": "YB0041729"}, {"born-day": "15"}, {"name": "X", "passport": "Y", "born-year": "1980"}]


def test_the_answer_never_says_what_was_wrong(visitor, another, app):
    pages = set()
    for wrong in WRONG:
        notice = notice_of(granted_case(birth_date="1990-03-14"))
        right = HOLDER | {"passport": notice.facts["passport_no"]}
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(right | wrong))
        assert visitor.status == 422
        assert "还能试 4 次" in visitor.page
        pages.add(re.sub(r"<form.*?</form>", "", visitor.page, flags=re.DOTALL))
    assert len(pages) == 1


def test_what_was_typed_stays_in_the_form(visitor, notice):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | {"name": "Anna O'Möretti <b>"}))
    assert "Anna O&#39;Möretti &lt;b&gt;" in visitor.page
    assert 'value="YB0041728"' in visitor.page
    assert 'value="1990"' in visitor.page


def test_five_misses_lock_the_letter_tell_employer_and_file_and_the_lock_ends_by_itself(visitor, another, notice, later):
    for _ in range(5):
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | {"born-day": "15"}))
    assert visitor.status == 429
    assert "暂停至" in visitor.page
    another.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    assert another.status == 429, "the right answers change nothing while it rests"
    assert db.session.scalars(sa.select(Event).where(Event.case_id == notice.case_id, Event.trigger == "registration_locked")).one().facts["at"] == "phone"
    told = db.session.scalars(sa.select(Message).where(Message.employer_id == notice.case.employer_id, Message.msgid.contains("five attempts"))).one()
    assert told.values["number"] == notice.case.number
    assert list(ledger.verify()) == []
    later(minutes=31)
    registered(another, notice.ref)
    assert another.path == "/card"


def test_two_hundred_random_guesses_never_succeed_and_look_alike(visitor, notice, later):
    dice, seen = random.Random(7), set()
    for n in range(200):
        if n % 5 == 0:
            later(minutes=31)
        guess = HOLDER | {"born-year": str(dice.randint(1950, 2004)), "born-month": str(dice.randint(1, 12)), "born-day": str(dice.choice([d for d in range(1, 29) if d != 14]))}
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **guess)
        words = re.search(r'id="refused".*?</div></div></div>', visitor.page, re.DOTALL)
        seen.add((visitor.status, re.sub(r"\d", "", words.group(0) if words else "")))
    assert len(seen) == 2, "one answer for a miss, one for the lock"
    assert db.session.query(Card).count() == 0


@pytest.mark.parametrize("empty", [{"name": ""}, {"passport": " "}, {"born-day": "31", "born-month": "2"}, {"born-year": "90"}, {"born-month": "三"}, {"born-year": "9" * 30}])
def test_what_is_empty_or_no_date_costs_no_try(visitor, notice, empty):
    for _ in range(6):
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | empty))
        assert visitor.status == 422
        assert "还能试" not in visitor.page
        assert "请再看一看" in visitor.page
    assert throttle.blocked(holding.paper_key(notice.id)) is None


@pytest.mark.parametrize("name", ["moretti giulia anna", "Giulia-Anna  MORETTI", "MORETTI<<GIULIA<ANNA<<<", "Gìulia Anna Morétti"])
def test_the_name_is_known_however_it_is_written(visitor, notice, name):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | {"name": name, "passport": "yb 004-1728"}))
    assert visitor.path == "/register/code"


def test_addresses_on_file_are_shown_masked_only(visitor, notice):
    visitor.open(f"/register/{notice.ref}")
    assert "0417" in visitor.page
    assert "320 555" not in visitor.page
    assert "giulia.moretti" not in visitor.page
    assert "MORETTI GIULIA" not in visitor.page


def test_a_wrong_code_is_no_way_in_and_five_lock(visitor, notice):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    code = last_code()
    for n in range(5):
        visitor.open("/register/code").send("/register/code", code=f"{(int(code) + n + 1) % 10**6:06d}")
    assert visitor.status == 429
    visitor.open("/register/code").send("/register/code", code=code)
    assert visitor.status == 429
    assert visitor.path == "/register/code"


def test_identity_again_and_again_buys_no_more_tries_at_the_code(visitor, notice):
    for _ in range(4):
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
        visitor.send("/register/code", code="000000" if last_code() != "000000" else "111111")
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    visitor.send("/register/code", code="000000" if last_code() != "000000" else "111111")
    assert visitor.status == 429


def test_a_code_lives_ten_minutes_and_serves_once(visitor, another, notice, later):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    code = last_code()
    later(minutes=10, seconds=1)
    visitor.send("/register/code", code=code)
    assert visitor.status == 422
    visitor.send("/register/code/again")
    fresh = last_code()
    assert fresh != code
    visitor.send("/register/code", code=f" {fresh[:3]} {fresh[3:]} ")
    assert visitor.path == "/register/password"
    another.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    another.open("/register/code").send("/register/code", code=fresh)
    assert another.status == 422, "a used code is worthless"


def test_codes_are_not_sent_by_the_dozen(visitor, notice, later):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    visitor.send("/register/code/again")
    assert visitor.status == 429
    assert "一分钟" in visitor.page
    for _ in range(4):
        later(seconds=61)
        visitor.open("/register/code").send("/register/code/again")
    later(seconds=61)
    visitor.open("/register/code").send("/register/code/again")
    assert visitor.status == 429
    assert "五次" in visitor.page
    assert db.session.query(OneTimeCode).count() == 5


def test_whoever_lost_the_number_gets_a_code_at_the_window(visitor, notice, who):
    huang = who("huang")
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    code = holding.window_code(notice.id, by=huang)
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "window_code")).one()
    assert line.actor_name == "黄婧"
    assert code not in str(line.facts)
    visitor.send("/register/code", code=code)
    assert visitor.path == "/register/password"


@pytest.mark.parametrize("short", ["lin", "zhou", "bai"])
def test_only_the_window_of_that_authority_hands_out_codes(notice, who, short):
    with pytest.raises(Refused):
        holding.window_code(notice.id, by=who(short))


def test_the_window_ends_a_lock(visitor, notice, who):
    for _ in range(5):
        visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | {"name": "X"}))
    holding.window_code(notice.id, by=who("huang"))
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    assert visitor.path == "/register/code"


@pytest.mark.parametrize(("password", "again", "words"), [("abcdefgh", None, "两种"), ("12345678", None, "两种"), ("Ab1", None, "8 至 16"), ("Ab1-" * 5, None, "8 至 16"), ("Torino-1990", "Torino-1991", "不一样")])
def test_a_weak_or_mistyped_password_is_refused_with_the_reason(visitor, notice, password, again, words):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    visitor.send("/register/code", code=last_code())
    visitor.send("/register/password", password=password, again=again or password)
    assert visitor.status == 422
    assert words in visitor.page
    assert db.session.query(Card).count() == 0


@pytest.mark.parametrize("password", ["abcdefg1", "密码密码密码1x", "!!!!!!!1", "sixteen-chars-16"])
def test_two_kinds_of_signs_are_enough(password):
    assert holding.password_problem(password) is None


def test_no_step_can_be_skipped(visitor, notice):
    for page in ("/register/code", "/register/password", "/register", "/card", "/card/show", "/card/lock", "/card/photo", "/card/code"):
        visitor.open(page)
        assert visitor.status in (410, 200)
        assert "MORETTI" not in visitor.page
        assert "0417" not in visitor.page
        assert visitor.status == 410 or visitor.path == "/card/sign-in"
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    visitor.post("/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert visitor.status == 410
    assert db.session.query(Card).count() == 0


def test_registered_already_is_said_and_sign_in_offered(visitor, another, notice):
    registered(visitor, notice.ref)
    another.open(f"/register/{notice.ref}")
    assert another.status == 409
    assert "您已经有电子卡" in another.page
    assert "/card/sign-in" in another.page


def test_two_tabs_at_once_make_one_card(visitor, another, notice):
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    visitor.send("/register/code", code=last_code())
    holding.register(notice.id, PASSWORD)
    visitor.send("/register/password", password=PASSWORD, again=PASSWORD)
    assert visitor.status == 409
    assert db.session.query(Card).count() == 1


def test_a_second_permit_lands_on_the_same_card(visitor, another, notice):
    registered(visitor, notice.ref)
    second = notice_of(granted_case(passport_no="YB0041728"))
    another.open(f"/register/{second.ref}")
    assert "您已经有电子卡" in another.page
    card = db.session.scalars(sa.select(Card)).one()
    assert card.permit.id == second.permit_id
    assert card.person.permit_number == second.facts["permit_number"]


@pytest.mark.parametrize("years", [19, 71, 99])
def test_age_is_no_obstacle(visitor, app, years):
    born = clock.today().replace(year=clock.today().year - years, day=14)
    notice = notice_of(granted_case(passport_no="YB0041728", birth_date=born.isoformat()))
    registered(visitor, notice.ref, HOLDER | {"born-year": str(born.year), "born-month": str(born.month), "born-day": "14"})
    assert visitor.path == "/card"


def test_registration_stays_open_past_the_three_months(visitor, notice, later):
    later(days=200)
    registered(visitor, notice.ref)
    assert visitor.path == "/card"


def test_a_cancelled_permit_registers_nothing(visitor, notice):
    from workflow.models import writing

    with writing() as rows:
        permit = rows.get_one(PaperRow, notice.id).permit
        permit.state, permit.ended_on = PermitState.CANCELLED, clock.today()
    visitor.open(f"/register/{notice.ref}")
    assert visitor.status == 409
    assert "工作许可已失效" in visitor.page


def test_another_paper_registers_nothing(visitor, notice):
    decision = next(p for p in notice.case.papers if p.kind.value == "decision")
    visitor.open(f"/register/{decision.ref}")
    assert visitor.status == 409
    assert "另一种文书" in visitor.page


@pytest.mark.parametrize("ref", ["x", "7K3M9QX2TD6", "🙂", "1" * 31])
def test_garbage_in_the_address_gets_the_clear_page(visitor, app, ref):
    visitor.open(f"/register/{ref}")
    assert visitor.status == 404
    assert "查不到" in visitor.page


def test_a_form_without_its_token_is_asked_again_with_everything_typed(visitor, notice):
    visitor.open(f"/register/{notice.ref}")
    visitor.asks("POST", f"/register/{notice.ref}", data=HOLDER | {"csrf_token": "gone"})
    assert visitor.status == 400
    assert 'value="Giulia Anna Moretti"' in visitor.page
    visitor.send(f"/register/{notice.ref}")
    assert visitor.path == "/register/code"


def test_a_form_from_another_site_is_not_offered_again(visitor, notice):
    visitor.asks("POST", f"/register/{notice.ref}", data=HOLDER, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert visitor.status == 400
    assert "Giulia" not in visitor.page


def test_nothing_of_the_visit_is_in_the_cookie_and_the_row_forgets(visitor, notice):
    registered(visitor, notice.ref)
    value = visitor.client.get_cookie("visit").value
    row = db.session.scalars(sa.select(Visit).where(Visit.card_id.is_not(None))).one()
    assert value not in row.id_hash
    assert len(row.id_hash) == 64
    visitor.send(next(f for f in ("/goodbye?at=phone",)))
    db.session.expire_all()
    assert {(v.card_id, v.paper_id, v.data == {}) for v in db.session.scalars(sa.select(Visit))} == {(None, None, True)}


def test_a_case_that_moved_meanwhile_is_no_obstacle(visitor, notice):
    """The counter may open the case while the holder registers: both write to the same file."""
    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **(HOLDER | {"name": "X"}))
    with pytest.raises(Refused):
        desk.act(notice.case_id, "withdraw", by=person("lin"), seen=None, reason="x")
    registered(visitor, notice.ref)
    assert visitor.path == "/card"


def test_whoever_did_not_register_locks_the_card_and_the_window_undoes_it(visitor, another, notice, who):
    """Somebody else had notice, passport data and phone; the holder comes with the passport."""
    registered(another, notice.ref)
    visitor.open(f"/register/{notice.ref}")
    visitor.open(f"/register/{notice.ref}/dispute").send(f"/register/{notice.ref}/dispute", **(HOLDER | {"born-day": "15"}))
    assert visitor.status == 422
    assert db.session.scalars(sa.select(Card)).one().state.value == "active"
    visitor.send(f"/register/{notice.ref}/dispute", **HOLDER)
    assert "卡已锁定" in visitor.page
    assert another.open("/card").path == "/card/sign-in", "whoever had registered is out"
    card = db.session.scalars(sa.select(Card)).one()
    assert card.state.value == "locked"
    told = db.session.scalars(sa.select(Message).where(Message.user_id == who("huang").id)).one()
    assert told.values["number"] == notice.case.number
    number = card.security_number
    holding.undo(card.id, by=who("huang"), reason="持护照到窗口，非本人注册")
    another.open("/card/sign-in").send("/card/sign-in", number=notice.facts["permit_number"], password=PASSWORD)
    assert another.status == 422, "the stranger's password is worth nothing"
    another.open("/card/sign-in").send("/card/sign-in", number=notice.facts["permit_number"], password="nobody has this password")
    assert another.status == 422
    db.session.execute(sa.delete(OneTimeCode))
    db.session.commit()
    registered(visitor, notice.ref, password="Meine-Karte-7")
    assert visitor.path == "/card"
    card = db.session.scalars(sa.select(Card)).one()
    assert (card.security_number, card.state.value) == (number, "active")
    assert [e.trigger for e in db.session.scalars(sa.select(Event).where(Event.subject == "card").order_by(Event.seq))] == ["register", "dispute", "undo_registration", "register"]
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("short", ["lin", "zhou", "bai"])
def test_only_a_window_of_that_authority_undoes_a_registration(visitor, notice, who, short):
    registered(visitor, notice.ref)
    with pytest.raises(Refused):
        holding.undo(db.session.scalars(sa.select(Card.id)).one(), by=who(short), reason="x")
    assert db.session.scalars(sa.select(Card)).one().password_hash


def test_a_dispute_counts_its_tries_and_locks_like_registration(visitor, another, notice):
    registered(another, notice.ref)
    for _ in range(5):
        visitor.open(f"/register/{notice.ref}/dispute").send(f"/register/{notice.ref}/dispute", **(HOLDER | {"passport": "X1"}))
    assert visitor.status == 429
    assert db.session.scalars(sa.select(Card)).one().state.value == "active"


@pytest.mark.parametrize("ref", ["x", "7K3M9QX2TD6"])
def test_a_dispute_about_nothing_goes_where_it_belongs(visitor, notice, ref):
    assert visitor.open(f"/register/{ref}/dispute").status == 404
    assert visitor.open(f"/register/{notice.ref}/dispute").path == f"/register/{notice.ref}", "nobody has registered: register"
