"""Sessions: both limits hold, a closed account is out at once, other sessions end when asked, and what was typed too late is kept for its owner."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import seeds
from portal.journey.samples import sample_file
from tests.driving import browse, htmx
from tests.portal.filing import begin
from workflow import clock
from workflow.models import User, WebSession, db, writing


@pytest.fixture
def later(monkeypatch):
    real, shift = clock.now, []
    monkeypatch.setattr(clock, "now", lambda: real() + sum(shift, timedelta()))
    return lambda **by: shift.append(timedelta(**by))


def test_an_idle_session_ends_after_an_hour(sign_in, later):
    lin = sign_in("lin")
    later(minutes=59)
    assert lin.get("/account").path == "/account"
    later(minutes=59)
    assert lin.get("/account").path == "/account"
    later(minutes=61)
    assert lin.get("/account").path == "/sign-in"


def test_a_busy_session_ends_after_twelve_hours(sign_in, later):
    lin = sign_in("lin")
    for _ in range(14):
        later(minutes=50)
        assert lin.get("/account").path == "/account"
    later(minutes=25)
    assert lin.get("/account").path == "/sign-in"


def test_a_closed_account_is_out_at_its_next_request(sign_in, who):
    zhou = sign_in("zhou")
    with writing() as session:
        session.execute(sa.update(User).where(User.email == "zhou@sz.example").values(active=False))
    assert zhou.get("/account").path == "/sign-in"


def test_ending_other_sessions_leaves_this_one(sign_in):
    first, second = sign_in("lin"), sign_in("lin")
    second.get("/account")
    assert second.submit(form="/account/sessions/end").status == 200
    assert second.get("/account").path == "/account"
    assert first.get("/account").path == "/sign-in"


def test_the_cookie_alone_is_in_no_row(sign_in):
    lin = sign_in("lin")
    cookie = lin.transport.client.get_cookie("session")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not db.session.scalar(sa.select(WebSession).where(WebSession.id_hash == cookie.value))


HANDLER = {"name": "新同事", "email": "xin@yunling.example", "phone": "0755-26000019"}


def typed_too_late(lin, later, by=61):
    """Lin fills in a form for an hour; then she sends it."""
    lin.get("/employer")
    later(minutes=by)
    return lin.submit(HANDLER, form="/employer/handlers")


def enter(browser, short="lin@yunling.example"):
    return browser.submit({"email": short, "password": seeds.password_of(short)})


def handlers_named(name):
    return db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.name == name))


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(sign_in, later):
    lin = sign_in("lin")
    assert typed_too_late(lin, later).path == "/sign-in"
    assert handlers_named("新同事") == 0
    page = enter(lin)
    assert page.path == "/sign-in/typed"
    assert page.form("typed").hidden["name"] == "新同事"
    assert lin.submit(form="typed").status == 200
    assert handlers_named("新同事") == 1
    assert lin.get("/sign-in/typed").path == "/applications/mine"


def test_what_was_typed_can_be_dropped(sign_in, later):
    lin = sign_in("lin")
    typed_too_late(lin, later)
    enter(lin)
    assert lin.submit(form="/sign-in/typed/drop").path == "/employer"
    assert lin.get("/sign-in/typed").path == "/applications/mine"


def test_another_person_at_the_same_browser_does_not_see_it(sign_in, later):
    lin = sign_in("lin")
    typed_too_late(lin, later)
    assert enter(lin, "tang@yunling.example").path != "/sign-in/typed"
    assert lin.get("/sign-in/typed").path == "/applications/mine"
    assert not any("parked" in row.data for row in db.session.scalars(sa.select(WebSession).where(WebSession.user_id.is_not(None))))


def test_without_the_token_of_that_session_nothing_is_parked(sign_in, later):
    lin = sign_in("lin")
    lin.get("/employer")
    later(minutes=61)
    lin.submit(HANDLER, form="/employer/handlers", raw={"csrf_token": "forged"})
    assert enter(lin).path == "/employer"


def test_the_token_of_another_session_parks_nothing(app, sign_in, later):
    lin, stranger = sign_in("lin"), browse(app)
    stranger.get("/sign-in")
    lin.get("/employer")
    later(minutes=61)
    lin.submit(HANDLER, form="/employer/handlers", raw={"csrf_token": stranger.token})
    assert enter(lin).path == "/employer"


def test_a_foreign_page_cannot_park_for_a_session_that_was_ended(app, sign_in, later):
    lin, other = sign_in("lin"), sign_in("lin")
    lin.get("/employer")
    other.get("/account")
    other.submit(form="/account/sessions/end")
    lin.submit(HANDLER, form="/employer/handlers")
    assert enter(lin).path == "/employer"


def test_too_much_is_not_parked(sign_in, later):
    lin = sign_in("lin")
    lin.get("/employer")
    later(minutes=61)
    lin.submit({**HANDLER, "phone": "1" * 70_000}, form="/employer/handlers")
    assert enter(lin).path == "/employer"


def test_a_stranger_posting_to_a_closed_page_is_only_asked_to_sign_in(app):
    page = browse(app).post("/employer/handlers", HANDLER)
    assert (page.status, page.path) == (200, "/sign-in")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WebSession).where(WebSession.user_id.is_not(None))) == 0


def test_htmx_is_told_by_a_status_it_does_not_swap(sign_in, later):
    lin = sign_in("lin")
    lin.get("/employer")
    later(minutes=61)
    assert lin.fragment("/account").status == 401


def test_a_form_opened_before_signing_in_anew_beside_it_is_offered_again(sign_in, later):
    """Two pages open over lunch; she signs in on the one and presses Save on the other."""
    lin = sign_in("lin")
    old = lin.get("/employer").form("/employer/handlers")
    later(minutes=61)
    lin.get("/account")
    enter(lin)
    page = lin.submit(HANDLER, form=old)
    assert page.path == "/sign-in/typed"
    assert handlers_named("新同事") == 0
    lin.submit(form="typed", expect=200)
    assert handlers_named("新同事") == 1


def test_a_form_of_another_person_at_the_same_browser_is_not_offered(sign_in, later):
    lin = sign_in("lin")
    old = lin.get("/employer").form("/employer/handlers")
    later(minutes=61)
    lin.get("/account")
    enter(lin, "tang@yunling.example")
    assert lin.submit(HANDLER, form=old).path != "/sign-in/typed"
    assert lin.get("/sign-in/typed").path == "/applications/mine"
    assert handlers_named("新同事") == 0


def test_htmx_is_told_the_same_when_the_page_is_of_an_earlier_session(sign_in, later):
    lin = sign_in("lin")
    old = lin.get("/employer").form("/employer/handlers")
    later(minutes=61)
    lin.get("/account")
    enter(lin)
    assert lin.submit(HANDLER, form=old, headers=htmx("employer")).status == 401
    assert lin.get("/sign-in/typed").path == "/applications/mine"


def test_a_password_is_never_parked(sign_in, later):
    lin = sign_in("lin")
    lin.get("/account")
    later(minutes=61)
    lin.submit({"old": "Altes-Geheimnis", "password": "Neues-Geheimnis-9"}, form="/account/password")
    assert not any("Geheimnis" in str(row.data) for row in db.session.scalars(sa.select(WebSession)))
    assert enter(lin).path == "/account"


def test_who_sent_a_file_too_late_is_told_to_choose_it_again(sign_in, later):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments")
    later(minutes=61)
    name, data = sample_file("degree")
    page = lin.submit(form="upload-degree", files={"file": (name, data, "application/pdf")}, button="upload")
    assert page.path == "/sign-in"
    assert "请重新选择文件" in page.main
    assert enter(lin).path == f"/applications/{case_id}/attachments"


def test_a_session_that_ran_out_asks_to_sign_in_in_the_language_one_reads(sign_in, later):
    lin = sign_in("lin")
    lin.get("/account?lang=en")
    later(minutes=61)
    page = lin.get("/account")
    assert (page.path, page.h1) == ("/sign-in", "Sign in")


def test_nobody_is_led_back_to_an_address_that_only_takes_forms(sign_in, later):
    """The answer to a mistake stands at the address of its form."""
    lin = sign_in("lin")
    lin.get("/employer")
    lin.submit({**HANDLER, "email": "nonsense"}, form="/employer/handlers", expect=422)
    later(minutes=61)
    lin.submit(HANDLER, form="/employer/handlers")
    assert enter(lin).path == "/sign-in/typed"
    assert lin.submit(form="/sign-in/typed/drop").path == "/applications/mine"
