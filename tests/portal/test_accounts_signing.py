"""Signing in: the uniform refusal, the locks, the second factor, where one is sent, and what a session is worth."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from portal import seeds
from portal.accounts.paths import own_path
from tests.driving import browse
from workflow import clock, throttle
from workflow.models import Throttle, User, WebSession, db


@pytest.fixture
def later(monkeypatch):
    """later(minutes=16) moves the house's clock."""
    real, shift = clock.now, []
    monkeypatch.setattr(clock, "now", lambda: real() + sum(shift, timedelta()))
    return lambda **by: shift.append(timedelta(**by))


def wrong(browser, email="lin@yunling.example", password="not the password"):
    browser.get("/sign-in")
    return browser.submit({"email": email, "password": password})


def test_everybody_of_the_demonstration_signs_in_and_lands_on_the_page_of_the_role(sign_in):
    for short, path in (("lin", "/applications/mine"), ("zhou", "/review/preliminary"), ("qin", "/review/examination"), ("wei", "/review/decision"), ("luo", "/residence/"), ("admin", "/admin/employers"), ("bai", "/review/preliminary")):
        page = sign_in(short).page
        assert (page.status, page.path) == (200, path), short


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(app):
    known, unknown = wrong(browse(app)), wrong(browse(app), "nobody@yunling.example")
    assert known.status == unknown.status == 422
    blind = [p.html.replace("lin@", "nobody@").replace(p.forms[-1].hidden["csrf_token"], "").replace(p.form("/sign-in").hidden["csrf_token"], "") for p in (known, unknown)]
    assert blind[0] == blind[1]


def test_the_typed_address_stays_in_the_form_and_the_password_does_not(browser):
    page = wrong(browser)
    assert page.form("/sign-in").values()["email"] == ["lin@yunling.example"]
    assert page.form("/sign-in").values()["password"] == [""]


def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour(browser, later):
    for _ in range(5):
        assert wrong(browser).status == 422
    right = wrong(browser, password=seeds.password_of("lin@yunling.example"))
    assert right.status == 429
    assert int(right.headers["retry-after"]) <= 15 * 60
    later(minutes=16)
    assert wrong(browser, password=seeds.password_of("lin@yunling.example")).path == "/applications/mine"


def test_an_account_that_does_not_exist_locks_just_the_same(browser):
    for _ in range(5):
        wrong(browser, "nobody@yunling.example")
    assert wrong(browser, "nobody@yunling.example").status == 429


def test_thirty_failures_from_one_address_lock_the_address(browser):
    for n in range(30):
        assert wrong(browser, f"n{n}@x.example").status == 422
    assert wrong(browser, "fresh@x.example").status == 429


def test_the_right_password_takes_its_attempt_back(app, sign_in):
    for _ in range(4):
        wrong(browse(app))
    sign_in("lin")
    for _ in range(4):
        assert wrong(browse(app)).status == 422
    assert throttle.blocked(throttle.key_of("account", "lin@yunling.example")) is None


def test_staff_are_not_in_before_the_second_step(browser):
    browser.get("/sign-in")
    browser.submit({"email": "zhou@sz.example", "password": seeds.password_of("zhou@sz.example")})
    assert browser.page.path == "/sign-in/code"
    assert browser.get("/review/preliminary").path == "/sign-in"


@pytest.mark.both_databases
def test_a_code_counts_once(app):
    secret, at = seeds.totp_of("zhou@sz.example"), clock.now()
    code = pyotp.TOTP(secret).at(at)
    ended = []
    for _ in range(2):
        browser = browse(app)
        browser.get("/sign-in")
        browser.submit({"email": "zhou@sz.example", "password": seeds.password_of("zhou@sz.example")})
        ended.append(browser.submit({"code": code}))
    assert [p.path for p in ended] == ["/review/preliminary", "/sign-in/code"]
    assert ended[1].status == 422


def test_a_code_of_two_steps_ago_is_too_old_and_full_width_digits_are_read(app):
    from workflow.accounts import spend_code

    user = db.session.scalars(sa.select(User).where(User.email == "zhou@sz.example")).one()
    now, totp, user_id = clock.now(), pyotp.TOTP(user.totp_secret), user.id
    assert not spend_code(user_id, totp.secret, totp.at(now - timedelta(seconds=60)), now)
    assert not spend_code(user_id, totp.secret, totp.at(now + timedelta(seconds=60)), now)
    full_width = totp.at(now).translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    assert spend_code(user_id, totp.secret, f" {full_width} ", now)


def test_five_wrong_codes_rest_too(browser):
    browser.get("/sign-in")
    browser.submit({"email": "zhou@sz.example", "password": seeds.password_of("zhou@sz.example")})
    for _ in range(5):
        assert browser.submit({"code": "abc"}).status == 422
    assert browser.submit({"code": pyotp.TOTP(seeds.totp_of("zhou@sz.example")).now()}).status == 429


def test_more_than_ten_minutes_after_the_password_one_begins_again(browser, later):
    browser.get("/sign-in")
    browser.submit({"email": "zhou@sz.example", "password": seeds.password_of("zhou@sz.example")})
    later(minutes=11)
    assert browser.submit({"code": "123456"}).path == "/sign-in"


def test_signing_in_changes_the_session_and_leaves_no_other_row(app, browser):
    browser.get("/sign-in")
    before = browser.transport.client.get_cookie("session").value
    browser.submit({"email": "lin@yunling.example", "password": seeds.password_of("lin@yunling.example")})
    assert browser.transport.client.get_cookie("session").value != before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WebSession)) == 1


def test_one_comes_back_to_the_page_that_asked(browser):
    browser.get("/account?x=1")
    assert browser.page.path == "/sign-in"
    browser.submit({"email": "lin@yunling.example", "password": seeds.password_of("lin@yunling.example")})
    assert browser.page.url == "/account?x=1"


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil", "/%0a", "/a\nb", ""])
def test_nobody_is_sent_to_another_host(address):
    assert own_path(address) in ("", "/%0a")


def test_a_planted_next_leads_home(browser):
    browser.get("/sign-in?next=https://evil.example/")
    browser.submit({"email": "lin@yunling.example", "password": seeds.password_of("lin@yunling.example")}, raw={"next": "//evil.example"})
    assert browser.page.path == "/applications/mine"


def test_signing_out_ends_the_session_here(app, sign_in):
    lin = sign_in("lin")
    cookie = lin.transport.client.get_cookie("session").value
    lin.sign_out()
    thief = browse(app)
    thief.transport.client.set_cookie("session", cookie)
    assert thief.get("/account").path == "/sign-in"


def test_nobody_signs_out_by_a_link(sign_in):
    assert sign_in("lin").get("/sign-out").status == 405


def test_a_sign_in_page_that_stood_open_too_long_is_shown_again(browser, later):
    browser.get("/sign-in")
    later(minutes=61)
    page = browser.submit({"email": "lin@yunling.example", "password": seeds.password_of("lin@yunling.example")})
    assert page.status == 400
    assert page.form("/sign-in").values()["email"] == ["lin@yunling.example"]
    assert browser.submit({"password": seeds.password_of("lin@yunling.example")}).path == "/applications/mine"


def test_the_language_of_the_account_is_that_of_its_pages(sign_in):
    lin = sign_in("lin")
    lin.get("/account")
    lin.submit({"locale": "en"})
    lin.sign_out()
    again = sign_in("lin")
    assert 'lang="en"' in again.get("/account").html.partition(">")[2][:80]


@pytest.mark.both_databases
def test_attempts_counted_at_the_same_moment_are_all_counted(app):
    from threading import Thread

    answers = []

    def one() -> None:
        with app.app_context():
            answers.append(throttle.attempt("account:race", 5, 15))

    threads = [Thread(target=one) for _ in range(12)]
    [t.start() for t in threads]
    [t.join(30) for t in threads]
    assert sum(a is None for a in answers) == 5
    assert len(answers) == 12


def test_what_is_counted_long_ago_is_forgotten(app, later):
    throttle.attempt("paper:1", 5, 15)
    later(minutes=15)
    for _ in range(4):
        assert throttle.fail("paper:1", 5, 15) is None
    assert throttle.fail("paper:1", 5, 15) is not None
    later(days=2)
    throttle.tidy()
    assert db.session.get(Throttle, "paper:1") is None
