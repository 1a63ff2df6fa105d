"""A forgotten password: one answer for everybody, a link for thirty minutes and one use; and a declined employer that registers again."""

import re

import pytest
import sqlalchemy as sa

from tests.driving import browse
from workflow import accounts, ledger, resets
from workflow.employer import EmployerState
from workflow.models import Employer, Event, Message, User, db, writing
from workflow.passwords import hash_password

NEW = "一个全新的很长的密码 2026"


def ask(browser, email):
    browser.get("/forgotten-password", expect=200)
    return browser.submit({"email": email}, form="/forgotten-password")


def letters() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message).where(Message.msgid == resets.RESET).order_by(Message.id)))


def path() -> str:
    return letters()[-1].values["address"].removeprefix("http://portal.example")


def test_the_answer_is_the_same_for_an_account_and_for_none(app, browser):
    known, unknown = ask(browser, "lin@yunling.example"), ask(browse(app), "nobody@yunling.example")
    strip = lambda page: re.sub(r'value="[^"]*"', "", page.body.decode())  # noqa: E731 - one line, used twice
    assert known.status == unknown.status == 200
    assert strip(known) == strip(unknown)
    assert [m.address for m in letters()] == ["lin@yunling.example"]


def test_the_link_sets_the_password_once_and_ends_every_session(app, browser, sign_in, who):
    inside = sign_in("lin")
    ask(browser, "LIN@yunling.example")
    link = path()
    browser.get(link, expect=200)
    assert browser.submit({"password": "kurz"}, form=link).status == 422
    browser.submit({"password": NEW}, form=link, expect=200)
    assert browser.page.path == "/sign-in"
    assert inside.get("/applications/mine").path == "/sign-in", "whoever sat there is out"
    assert browser.get(link).status == 404
    assert browser.get("/sign-in", expect=200)
    browser.submit({"email": "lin@yunling.example", "password": NEW}, form="/sign-in", expect=200)
    assert browser.page.path != "/sign-in"
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "reset_password")).one()
    assert line.actor_id == who("lin").id
    assert db.session.scalars(sa.select(Message).where(Message.msgid == resets.CHANGED)).one().address == "lin@yunling.example"
    assert list(ledger.verify()) == []


def test_of_two_that_hold_the_link_one_wins(app, browser):
    ask(browser, "lin@yunling.example")
    token = path().rpartition("/")[2]
    assert resets.choose(token, "hash one") is not None
    assert resets.choose(token, "hash two") is None


def test_a_link_ends_after_thirty_minutes_and_for_a_closed_account(app, browser, monkeypatch, who):
    ask(browser, "lin@yunling.example")
    token = path().rpartition("/")[2]
    assert resets.GOOD_FOR == 30 * 60
    assert resets.whose(token) is not None
    signed, _, signature = token.rpartition(".")
    assert resets.whose(f"{signed}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}") is None
    with monkeypatch.context() as late:
        late.setattr(resets, "GOOD_FOR", -1)
        assert resets.whose(token) is None
    with writing() as session:
        session.get_one(User, who("lin").id).active = False
    assert resets.whose(token) is None
    ask(browser, "lin@yunling.example")
    assert len(letters()) == 1, "no letter to a closed account"


def test_a_few_letters_and_then_quiet_with_the_same_answer(app, browser):
    for _ in range(6):
        assert ask(browser, "lin@yunling.example").status == 200
    assert len(letters()) <= resets.TRIES + 1


def test_staff_need_the_second_factor_after_it_as_before(app, browser):
    ask(browser, "huang@sz.example")
    link = path()
    browser.get(link, expect=200)
    browser.submit({"password": NEW}, form=link, expect=200)
    browser.submit({"email": "huang@sz.example", "password": NEW}, form="/sign-in", expect=200)
    assert browser.page.path == "/sign-in/code"


CODE, NAME = "91310115MA5F0000XB", "上海澄波海洋工程有限公司"


def form(who, email, **more):
    values = {"credit_code": CODE, "name": NAME, "name_en": "Chengbo", "kind": "limited", "industry": "M", "legal_representative": "卫川", "registered_address": "上海市浦东新区海阳路 3 号", "office_address": "上海市浦东新区海阳路 3 号", "phone": "021-50000001", "department_head": "卫川"}
    return values | {"authority_id": who("zhou").authority_id}, {"name": "经办", "phone": "13800000000", "email": email, "password_hash": "x" * 20, "locale": "zh_Hans_CN"} | more


@pytest.fixture
def declined(app, who) -> Employer:
    user = accounts.register_employer(*form(who, "false@chengbo.example"))
    return accounts.decide_employer(user.employer_id, "decline", by=who("zhou"), seen=None, reason="营业执照不清晰")


def test_a_declined_employer_registers_again_and_its_file_keeps_what_was(declined, who):
    earlier = db.session.scalars(sa.select(User).where(User.email == "false@chengbo.example")).one()
    user = accounts.register_employer(*form(who, "true@chengbo.example"))
    employer = db.session.get_one(Employer, declined.id, populate_existing=True)
    assert user.employer_id == employer.id
    assert employer.state is EmployerState.PENDING
    assert not db.session.get_one(User, earlier.id, populate_existing=True).active, "whoever acted for the declined one has no access any more"
    assert [e.trigger for e in db.session.scalars(sa.select(Event).where(Event.subject == "employer", Event.subject_id == employer.id).order_by(Event.seq))] == ["register_employer", "decline", "register_again"]
    assert list(ledger.verify()) == []
    accounts.decide_employer(employer.id, "confirm", by=who("zhou"), seen=None)
    with pytest.raises(accounts.Refused, match="registered already"):
        accounts.register_employer(*form(who, "third@chengbo.example"))


def test_an_address_in_use_is_kept_only_by_who_proves_the_password(declined, who):
    earlier = db.session.scalars(sa.select(User).where(User.email == "false@chengbo.example")).one()
    with pytest.raises(accounts.Refused, match="already"):
        accounts.register_employer(*form(who, "false@chengbo.example"))
    user = accounts.register_employer(*form(who, "false@chengbo.example", same=str(earlier.id)))
    assert (user.id, user.active) == (earlier.id, True)


def test_through_the_form_the_handler_of_a_declined_employer_registers_it_again(app, browser, declined, who):
    with writing() as session:
        session.get_one(User, db.session.scalars(sa.select(User.id).where(User.email == "false@chengbo.example")).one()).password_hash = hash_password(NEW)
    browser.get("/register-employer", expect=200)
    values, handler = form(who, "false@chengbo.example")
    authority = values.pop("authority_id")
    values.pop("name_en")
    browser.submit({**values, "authority": str(authority), "handler_name": "卫明", "handler_phone": "13800000000", "email": handler["email"], "password": NEW}, form="/register-employer")
    assert browser.page.path == "/employer", browser.page.problems
    assert db.session.get_one(Employer, declined.id, populate_existing=True).state is EmployerState.PENDING


def test_registering_again_is_no_way_round_the_lock_on_trying_passwords(browser, declined, who):
    with writing() as session:
        session.get_one(User, db.session.scalars(sa.select(User.id).where(User.email == "false@chengbo.example")).one()).password_hash = hash_password(NEW)
    values, handler = form(who, "false@chengbo.example")
    authority = values.pop("authority_id")
    typed = {**values, "authority": str(authority), "handler_name": "卫明", "handler_phone": "13800000000", "email": handler["email"]}
    for guess in (*(f"guessed-{n}-wrong" for n in range(5)), NEW):
        browser.get("/register-employer", expect=200)
        browser.submit({**typed, "password": guess}, form="/register-employer", expect=422)
    browser.get("/sign-in")
    browser.submit({"email": handler["email"], "password": NEW}, form="/sign-in", expect=429)
    assert db.session.get_one(Employer, declined.id, populate_existing=True).state is EmployerState.DECLINED
