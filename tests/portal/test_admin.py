"""Administration: employers confirmed or not, once and in one's own authority; colleagues with their second factor; the calendar."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from config import Settings
from tests.driving import browse
from workflow import calendars, clock, ledger
from workflow.employer import EmployerState
from workflow.models import Authority, CalendarDay, Employer, Event, Message, User, db, writing
from wsgi import create_app


@pytest.fixture
def pending(app):
    with writing() as session:
        office = session.scalars(sa.select(Authority).where(Authority.division == "440300")).one()
        row = Employer(credit_code="91310115MA5F0000XB", name="上海澄波海洋工程有限公司", kind="limited", authority_id=office.id, created_at=clock.now())
        session.add(row)
        session.flush()
        return row.id


def state(key):
    return db.session.get(Employer, key).state


def test_the_pending_employer_stands_first_and_is_confirmed(sign_in, pending):
    admin = sign_in("admin")
    admin.get("/admin/employers", expect=200)
    admin.follow(f"/admin/employers/{pending}$")
    assert admin.submit(form=f"/admin/employers/{pending}/moves/confirm").path == "/admin/employers"
    assert state(pending) is EmployerState.CONFIRMED
    line = db.session.scalar(sa.select(Event).where(Event.subject == "employer", Event.subject_id == pending, Event.trigger == "confirm"))
    assert (line.from_state, line.to_state, line.role.value) == ("pending", "confirmed", "admin")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.employer_id == pending)) == 1
    assert not list(ledger.verify())


def test_an_employer_is_declined_with_the_reason_it_reads(sign_in, pending):
    zhou = sign_in("zhou")
    zhou.get(f"/admin/employers/{pending}")
    assert zhou.submit({"reason": "  "}, form="/moves/decline").status == 422
    assert state(pending) is EmployerState.PENDING
    zhou.submit({"reason": "营业执照已注销。"}, form="/moves/decline")
    assert state(pending) is EmployerState.DECLINED
    message = db.session.scalar(sa.select(Message).where(Message.employer_id == pending))
    assert message.values == {"reason": "营业执照已注销。"}


def test_the_second_of_two_officers_is_told_who_was_faster_and_keeps_her_words(sign_in, pending):
    admin, zhou = sign_in("admin"), sign_in("zhou")
    admin.get(f"/admin/employers/{pending}")
    zhou.get(f"/admin/employers/{pending}")
    admin.submit(form="/moves/confirm")
    page = zhou.submit({"reason": "名称不符。"}, form="/moves/decline")
    assert page.status == 409
    assert any("苏敏" in p for p in page.problems)
    assert state(pending) is EmployerState.CONFIRMED


def test_a_double_click_confirms_once(sign_in, pending):
    admin = sign_in("admin")
    admin.get(f"/admin/employers/{pending}")
    form = admin.page.form("/moves/confirm")
    admin.submit(form=form)
    assert admin.submit(form=form).path == "/admin/employers"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.subject_id == pending, Event.trigger == "confirm")) == 1


def test_an_employer_of_another_authority_does_not_exist_here(sign_in, pending):
    bai = sign_in("bai")
    assert bai.get(f"/admin/employers/{pending}").status == 404
    assert bai.post(f"/admin/employers/{pending}/moves/confirm", {"seen": 1}).status in (400, 404)
    bai.get("/admin/employers")
    assert bai.post(f"/admin/employers/{pending}/moves/confirm", {"seen": 1}).status == 404
    assert state(pending) is EmployerState.PENDING


def test_a_lever_that_no_table_knows_does_nothing(sign_in, pending):
    admin = sign_in("admin")
    admin.get(f"/admin/employers/{pending}")
    assert admin.post(f"/admin/employers/{pending}/moves/delete", {"seen": 1}).status == 409


def test_an_employer_is_found_by_name_or_code(sign_in, pending):
    admin = sign_in("admin")
    admin.get("/admin/employers")
    assert "澄波" in admin.submit({"q": "澄波"}, form=admin.page.form(holding=["q"])).main
    assert "澄波" in admin.get("/admin/employers?q=91310115ma5f0000xb").main
    assert "澄波" not in admin.get("/admin/employers?q=%25%25").main


@pytest.mark.parametrize("path", ["/admin/staff", "/admin/calendar"])
def test_only_an_administrator_administers(sign_in, path):
    assert sign_in("zhou").get(path).status == 403
    assert sign_in("lin").get(path).status == 403


def add(admin, **changes):
    admin.get("/admin/staff")
    return admin.submit({"name": "何静", "email": "he@sz.example", "roles": ["examiner", "window"], **changes}, form=admin.page.form("/admin/staff", ["roles"]))


def test_a_new_colleague_signs_in_with_the_link_and_the_second_factor_of_the_page(app, sign_in):
    page = add(sign_in("admin"))
    assert page.status == 200
    assert page.all("svg", "qr")
    secret = "".join("".join(page.by_id("totp-secret").itertext()).split())
    link = "/" + "".join(page.by_id("invitation").itertext()).split("/", 3)[3]
    he = browse(app)
    he.get(link, expect=200)
    assert he.submit({"password": "elevenchars"}).status == 422
    he.submit({"password": "twelve chars"}, expect=200)
    he.sign_in("he@sz.example", "twelve chars", secret)
    assert he.page.path == "/review/examination"


def test_the_secret_is_shown_once(sign_in):
    admin = sign_in("admin")
    admin.get("/admin/staff")
    form = admin.page.form("/admin/staff", ["roles"])
    values = {"name": "何静", "email": "he@sz.example", "roles": ["examiner"]}
    assert admin.submit(values, form=form).by_id("totp-secret") is not None
    again = admin.submit(values, form=form)
    assert again.by_id("totp-secret") is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.email == "he@sz.example")) == 1


def test_a_colleague_needs_a_role_and_an_address_of_her_own(sign_in):
    admin = sign_in("admin")
    assert add(admin, roles=[]).by_id("roles-error") is not None
    page = add(admin, email="zhou@sz.example")
    assert page.by_id("email-error") is not None
    assert page.form("/admin/staff", ["roles"]).values()["roles"] == ["examiner", "window"]


def test_closing_a_colleagues_account_puts_her_out_and_opening_it_lets_her_in(sign_in, who):
    zhou, admin = sign_in("zhou"), sign_in("admin")
    admin.get("/admin/staff")
    admin.submit(form=f"/admin/staff/{who('zhou').id}/active")
    assert zhou.get("/account").path == "/sign-in"
    admin.submit(form=f"/admin/staff/{who('zhou').id}/active")
    assert who("zhou").active


def test_nobody_closes_their_own_account_or_one_of_another_authority(sign_in, who):
    admin = sign_in("admin")
    admin.get("/admin/staff")
    assert admin.post(f"/admin/staff/{who('admin').id}/active", {"active": "no"}).status == 409
    assert admin.post(f"/admin/staff/{who('bai').id}/active", {"active": "no"}).status == 404
    assert who("bai").active


def test_a_day_set_by_hand_counts_and_can_be_taken_back(app, sign_in):
    day = next(d for n in range(1, 15) if (d := clock.today() + timedelta(days=n)).weekday() == 2)
    before = calendars.is_working_day(day)
    admin = sign_in("admin")
    admin.get("/admin/calendar", expect=200)
    admin.submit({"day": day.isoformat(), "working": "no" if before else "yes", "note": "国办发明电"}, form=admin.page.form("/admin/calendar", ["working"]), expect=200)
    assert db.session.get(CalendarDay, day).working is not before
    assert "国办发明电" in admin.page.main
    admin.submit(form="/admin/calendar/unset")
    assert db.session.get(CalendarDay, day) is None


@pytest.mark.parametrize("day", ["2031-02-30", "1999-01-01", "9999-12-31", "", "morgen"])
def test_a_day_that_is_none_is_refused_and_stays_as_typed(sign_in, day):
    admin = sign_in("admin")
    admin.get("/admin/calendar")
    page = admin.submit({"day": day, "working": "no"}, form=admin.page.form("/admin/calendar", ["working"]))
    assert page.status == 422
    assert page.by_id("day-error") is not None
    assert page.form("/admin/calendar", ["working"]).values()["day"] == [day]
    assert not db.session.scalars(sa.select(CalendarDay)).all()


def test_the_outbox_is_visible_in_a_demonstration_and_absent_in_production(app, browser, settings, tmp_path):
    from workflow import messages

    with writing():
        messages.send("giulia@mail.example", messages.CODE, {"code": "402913"}, locale="en")
    assert "402913" in browser.get("/demonstration/outbox", expect=200).main
    real = create_app(Settings(**{**settings.__dict__, "mode": "production", "base_url": "https://portal.example"}))
    from portal.journey.browser import Browser
    from portal.journey.transport import Inside

    answer = Browser(Inside(real.test_client(), "https://portal.example")).get("/demonstration/outbox")
    assert answer.status == 404
    assert "402913" not in answer.html


@pytest.mark.parametrize(
    ("short", "path"),
    [
        ("", "/"), ("", "/sign-in"), ("", "/register-employer"), ("", "/demonstration/outbox"), ("", "/invitation/x"), ("lin", "/account"), ("lin", "/employer"), ("lin", "/messages"),
        ("admin", "/admin/employers"), ("admin", "/admin/staff"), ("admin", "/admin/calendar"), ("admin", "/messages"), ("zhou", "/account"),
    ],
)  # fmt: skip
def test_every_page_of_these_rooms_is_whole(app, sign_in, short, path):
    import html5lib

    page = (sign_in(short) if short else browse(app)).get(path)
    assert page.status in (200, 404)
    assert len(page.all("h1")) == 1
    ids = [e.get("id") for e in page.root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.html)
    assert not parser.errors
