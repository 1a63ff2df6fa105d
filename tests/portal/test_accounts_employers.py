"""An employer registers: three failures told apart, a wrong check digit said, its handlers, and the authority's confirmation."""

import pytest
import sqlalchemy as sa

from tests.driving import browse
from workflow import ledger
from workflow.employer import EmployerState
from workflow.models import Employer, Event, Message, User, db

# An invented company of the registry that has not registered yet (domain.md section 5; codes are synthetic).
CHENGBO = {
    "credit_code": "91310115MA5F0000XB", "name": "上海澄波海洋工程有限公司", "name_en": "Chengbo Ocean Engineering", "kind": "limited", "industry": "M", "legal_representative": "卫川",
    "department_head": "孙宜", "registered_address": "上海市浦东新区海阳路 3 号", "office_address": "上海市浦东新区海阳路 3 号", "phone": "021-50000018",
    "handler_name": "许若", "handler_phone": "021-50000019", "email": "xu@chengbo.example", "password": "八个字的中文密码",
}  # fmt: skip
SHIQIAO = {"credit_code": "91310115MA1H8R7C6D", "name": "上海石桥教育咨询有限公司", "email": "ding@shiqiao.example"}


@pytest.fixture
def register(app):
    def send(**changes):
        browser = browse(app)
        browser.get("/register-employer", expect=200)
        authority = browser.page.form("/register-employer").offered("authority")[-1]
        browser.submit({**CHENGBO, "authority": authority, **changes}, form="/register-employer")
        return browser

    return send


def employer(code=CHENGBO["credit_code"]):
    return db.session.scalar(sa.select(Employer).where(Employer.credit_code == code))


def test_an_employer_registers_and_sees_that_it_waits(register):
    page = register().page
    assert (page.status, page.path) == (200, "/employer")
    assert employer().state is EmployerState.PENDING
    assert not employer().code_warning
    assert page.by_id("add") is None
    line = db.session.scalar(sa.select(Event).where(Event.subject == "employer", Event.subject_id == employer().id))
    assert (line.trigger, line.actor_name) == ("register_employer", "许若")
    assert not list(ledger.verify())


@pytest.mark.parametrize(
    ("code", "said"),
    [("91310115MA5F0000XO", "“O”"), ("91310115MA5F0000X", "17"), ("9131O115MA5F0000XB", "“O”"), ("91A10115MA5F0000XB", "“A10115”"), ("９１３１０１１５MA5F0000X!", "“９”")],
)
def test_a_malformed_code_is_refused_and_what_is_odd_is_named(register, code, said):
    page = register(credit_code=code).page
    assert page.status == 422
    assert any(said in p for p in page.problems), page.problems
    assert employer() is None


def test_the_three_failures_are_three_sentences(register):
    said = [register(credit_code="9131").page.problems, register(name="上海澄波有限公司").page.problems, register(credit_code="91310115MA5F00012L").page.problems]
    assert len({problems[0] for problems in said}) == 3
    assert all(problems for problems in said)


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_page(register):
    page = register(credit_code="9131O115", kind="", email="xu", password="").page
    links = [a.get("href") for section in page.all("section", "errors") for a in section.iter("a")]
    assert links == ["#credit_code", "#kind", "#email", "#password"]


def test_everything_typed_stays_but_the_password(register):
    form = register(credit_code="91310115MA5F00012L").page.form("/register-employer")
    held = form.values()
    assert {name: held[name] for name in CHENGBO if name not in ("password", "credit_code")} == {name: [v] for name, v in CHENGBO.items() if name not in ("password", "credit_code")}
    assert held["credit_code"] == ["91310115MA5F00012L"]
    assert held["password"] == [""]


def test_a_code_in_small_letters_with_spaces_is_read(register):
    register(credit_code="9131 0115 ma5f 0000 xb")
    assert employer() is not None


def test_a_wrong_check_digit_is_said_to_both_sides_and_refuses_nothing(register, sign_in):
    browser = register(**SHIQIAO)
    row = employer(SHIQIAO["credit_code"])
    assert row.code_warning
    assert browser.page.all("div", "turn")
    zhou = sign_in("admin")
    other = next(p for p in (zhou.get(f"/admin/employers/{row.id}"), sign_in("bai").get(f"/admin/employers/{row.id}")) if p.status == 200)
    assert other.all("div", "turn")


def test_a_registered_employer_is_sent_to_its_handlers(register):
    register()
    page = register(email="other@chengbo.example").page
    assert page.status == 422
    assert page.by_id("credit_code-error") is not None


def test_an_e_mail_address_serves_one_account(register):
    page = register(email="LIN@yunling.example").page
    assert page.by_id("email-error") is not None
    assert employer() is None


@pytest.mark.parametrize("password", ["kurz", "x" * 129, "Xu@Chengbo.example", ""])
def test_a_password_is_judged_by_its_length_and_is_not_the_address(register, password):
    page = register(password=password).page
    assert page.status == 422
    assert page.by_id("password-error") is not None
    assert employer() is None


def test_the_same_form_twice_registers_once(app):
    browser = browse(app)
    browser.get("/register-employer")
    form = browser.page.form("/register-employer")
    values = {**CHENGBO, "authority": form.offered("authority")[-1]}
    browser.submit(values, form=form)
    first = db.session.scalar(sa.select(sa.func.count()).select_from(User))
    twin = browse(app)
    twin.get("/register-employer")
    twin.submit(values, form="/register-employer", raw={"key": form.hidden["key"]})
    assert twin.page.path == "/employer"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == first


def test_the_key_of_a_registration_without_its_password_opens_nothing(app):
    browser = browse(app)
    browser.get("/register-employer")
    form = browser.page.form("/register-employer")
    values = {**CHENGBO, "authority": form.offered("authority")[-1]}
    browser.submit(values, form=form)
    twin = browse(app)
    twin.get("/register-employer")
    twin.submit({**values, "password": "another password"}, form="/register-employer", raw={"key": form.hidden["key"]})
    assert twin.page.path == "/sign-in"


def test_an_address_may_not_ask_the_registry_without_end(app, register):
    for _ in range(40):
        browser = browse(app)
        browser.get("/register-employer")
        browser.submit({"credit_code": "1"}, form="/register-employer")
    page = register().page
    assert page.status == 429
    assert page.form("/register-employer").values()["name"] == [CHENGBO["name"]]


def test_a_pending_employer_cannot_add_handlers(register):
    browser = register()
    assert browser.post("/employer/handlers", {"name": "甲", "email": "a@chengbo.example"}).status == 409


def invite(lin, email="xin@yunling.example", name="新同事"):
    lin.get("/employer")
    page = lin.submit({"name": name, "email": email}, form="/employer/handlers")
    return page, next(("/" + c.text.split("/", 3)[3] for c in page.all("code") if "/invitation/" in (c.text or "")), "")


def test_a_handler_adds_a_colleague_who_chooses_a_password_once(app, sign_in):
    page, link = invite(sign_in("lin"))
    assert page.status == 200
    assert link
    colleague = browse(app)
    colleague.get(link, expect=200)
    assert colleague.submit({"password": "short"}).status == 422
    assert colleague.submit({"password": "eine lange Zeile"}).path == "/sign-in"
    assert browse(app).get(link).status == 404
    assert colleague.sign_in("xin@yunling.example", "eine lange Zeile").page.path == "/applications/mine"
    assert db.session.scalar(sa.select(User.employer_id).where(User.email == "xin@yunling.example")) == db.session.scalar(sa.select(User.employer_id).where(User.email == "lin@yunling.example"))


@pytest.mark.parametrize("token", ["x", "a.b.c", "WzEsIngiXQ.aaaa.bbbb"])
def test_an_invented_invitation_opens_nothing(browser, token):
    assert browser.get(f"/invitation/{token}").status == 404


def test_a_colleague_of_another_employer_cannot_be_touched(sign_in, who):
    fu = who("fu").id
    lin = sign_in("lin")
    lin.get("/employer")
    assert lin.post(f"/employer/handlers/{fu}/end", {}).status == 404
    assert who("fu").active


def test_a_closed_handler_is_out(sign_in, who):
    tang, lin = sign_in("tang"), sign_in("lin")
    lin.get("/employer")
    lin.submit(form=f"/employer/handlers/{who('tang').id}/end")
    assert tang.get("/account").path == "/sign-in"
    assert lin.post(f"/employer/handlers/{who('lin').id}/end", {}).status == 409
    assert not list(ledger.verify())


def test_changing_the_password_needs_the_present_one_and_ends_the_other_sessions(sign_in):
    from portal import seeds

    other, lin = sign_in("lin"), sign_in("lin")
    lin.get("/account")
    assert lin.submit({"old": "wrong", "password": "a new and long one"}).status == 422
    old = seeds.password_of("lin@yunling.example")
    assert lin.submit({"old": old, "password": "lin@yunling.example"}).status == 422
    assert lin.submit({"old": old, "password": "a new and long one"}).status == 200
    assert lin.get("/account").path == "/account"
    assert other.get("/account").path == "/sign-in"
    assert lin.sign_out().status == 200
    assert lin.sign_in("lin@yunling.example", "a new and long one").page.path == "/applications/mine"


def test_staff_need_twelve_characters(sign_in):
    from portal import seeds

    zhou = sign_in("zhou")
    zhou.get("/account")
    page = zhou.submit({"old": seeds.password_of("zhou@sz.example"), "password": "elevenchars"})
    assert page.by_id("password-error") is not None


def test_messages_are_read_in_the_readers_language_and_marked_by_a_post(app, sign_in, who):
    from workflow import clock, messages
    from workflow.models import writing

    with writing() as session:
        session.add(Message(employer_id=who("lin").employer_id, msgid=messages.TO_EMPLOYER["grant"], values={"number": "SZ-1", "name": "ROSSI"}, created_at=clock.now()))
        session.add(Message(employer_id=who("fu").employer_id, msgid=messages.TO_EMPLOYER["refuse"], values={"number": "BJ-9", "name": "ELSE"}, created_at=clock.now()))
    lin = sign_in("lin")
    page = lin.get("/messages", expect=200)
    assert "SZ-1" in page.main
    assert "BJ-9" not in page.main
    assert "granted" in lin.get("/messages?lang=en").main
    lin.submit(form="/messages/read")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.read_at.is_not(None))) == 1
