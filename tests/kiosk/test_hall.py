"""The machine in the hall: languages first, one action a page, and nobody's data for whoever comes next."""

import io

import pytest
import sqlalchemy as sa

from tests.kiosk.conftest import HOLDER, PASSWORD, last_code
from tests.kiosk.test_check import picture_of
from workflow.documents import links
from workflow.models import Event, Visit, db


def at_the_machine(visitor, notice):
    return visitor.open("/kiosk").open("/kiosk/scan?lang=zh_Hans_CN").open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref)


def test_languages_come_first_under_their_own_names(visitor, app):
    visitor.open("/kiosk")
    assert visitor.page.index("中文") < visitor.page.index(">English<")
    assert "您好" in visitor.page
    assert "Hello and welcome" in visitor.page
    visitor.open("/kiosk/scan?lang=en")
    assert '<html lang="en"' in visitor.page
    assert "Hold the square on your letter in front" in visitor.page
    visitor.open("/kiosk/scan/type")
    assert '<html lang="en"' in visitor.page


def test_the_first_page_holds_no_form_that_could_grow_old(visitor, app):
    visitor.open("/kiosk")
    assert "csrf_token" not in visitor.page
    assert not visitor.answer.headers.getlist("Set-Cookie")


def test_a_letter_is_read_and_shown_masked(visitor, notice):
    at_the_machine(visitor, notice)
    assert visitor.path == "/kiosk/result"
    assert "通知已读取" in visitor.page
    assert "真实，有效" in visitor.page
    assert "MORETTI" not in visitor.page
    assert "M****** G***** A***" in visitor.page
    assert notice.facts["permit_number"] not in visitor.page


def test_the_whole_road_at_the_machine_leaves_no_address_that_names_anybody(visitor, notice):
    paths = [at_the_machine(visitor, notice).path]
    paths.append(visitor.open("/register").path)
    paths.append(visitor.send("/register", **HOLDER).path)
    paths.append(visitor.send("/register/code", code=last_code()).path)
    paths.append(visitor.send("/register/password", password=PASSWORD, again=PASSWORD).path)
    assert paths == ["/kiosk/result", "/register", "/register/code", "/register/password", "/card"]
    assert 'class="kiosk"' in visitor.page
    assert not visitor.client.get_cookie("device", path="/card")
    assert db.session.scalars(sa.select(Event).where(Event.trigger == "register")).one().facts["at"] == "kiosk"


def test_the_scanner_gun_hands_over_digits(visitor, notice):
    visitor.open("/kiosk/scan").send("/kiosk/read", code=links.to_digits(notice.token))
    assert "真实，有效" in visitor.page
    assert visitor.path == "/kiosk/result"


def test_what_an_input_method_leaves_of_a_scan_is_enough(visitor, notice):
    eaten = f"httpportalexamplev{notice.ref.lower()}" + links.to_digits(notice.token)
    visitor.open("/kiosk/scan").send("/kiosk/read", code=eaten.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    assert "内容被改动" in visitor.page or "真实，有效" in visitor.page


def test_a_picture_is_read_at_the_machine(visitor, notice):
    visitor.open("/kiosk/scan/picture").post("/kiosk/read", {"picture": (io.BytesIO(picture_of(notice.facts["qr_url"])), "x.png")})
    assert "真实，有效" in visitor.page
    visitor.open("/kiosk/scan/picture").post("/kiosk/read", {"picture": (io.BytesIO(b"no"), "x.png")})
    assert visitor.status == 422


@pytest.mark.parametrize("code", ["7K3M9QX2TD6", "nonsense", "9" * 700])
def test_what_is_not_a_letter_is_said_and_goes_no_further(visitor, app, code):
    visitor.open("/kiosk/scan").send("/kiosk/read", code=code)
    assert visitor.path == "/kiosk/result"
    assert ("查不到" in visitor.page or "内容被改动" in visitor.page)
    assert "继续" not in visitor.page
    assert visitor.open("/register").path == "/kiosk"


def test_sixty_idle_seconds_end_the_visit_on_the_server(visitor, notice, later):
    at_the_machine(visitor, notice)
    visitor.open("/register").send("/register", **HOLDER)
    later(seconds=59)
    assert visitor.open("/register/code").path == "/register/code"
    later(seconds=61)
    for page in ("/register/code", "/kiosk/result", "/register", "/card", "/register/password"):
        visitor.open(page)
        assert "****" not in visitor.page, page
        assert "0417" not in visitor.page, page
    assert db.session.scalars(sa.select(Visit).where(Visit.ended_at.is_(None))).all() == []


def test_back_after_the_end_lands_on_the_first_page(visitor, notice, later):
    at_the_machine(visitor, notice)
    later(seconds=61)
    assert visitor.open("/kiosk/result").path == "/kiosk"


def test_a_touch_keeps_the_visit(visitor, notice, later):
    at_the_machine(visitor, notice)
    token = visitor.token()
    for _ in range(5):
        later(seconds=50)
        assert visitor.asks("POST", "/still-here", data={"csrf_token": token}).status == 204
    assert visitor.open("/kiosk/result").path == "/kiosk/result"
    later(seconds=61)
    assert visitor.asks("POST", "/still-here", data={"csrf_token": token}).status == 410


def test_half_an_hour_ends_it_however_busy(visitor, notice, later):
    at_the_machine(visitor, notice)
    for _ in range(40):
        later(seconds=50)
        visitor.open("/kiosk/result")
    assert visitor.path == "/kiosk"


def test_goodbye_at_the_machine_clears_everything(visitor, notice):
    at_the_machine(visitor, notice)
    answer = visitor.asks("POST", "/goodbye?at=kiosk", follow=False, data={"csrf_token": visitor.token()}).answer
    assert answer.headers["Location"] == "/kiosk"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visitor.client.get_cookie("visit") is None
    assert visitor.client.get_cookie("tongue") is None
    assert visitor.client.get_cookie("session") is None
    assert visitor.open("/kiosk/result").path == "/kiosk"


def test_the_next_person_gets_a_visit_of_her_own(visitor, notice):
    at_the_machine(visitor, notice)
    first = visitor.client.get_cookie("visit").value
    visitor.open("/kiosk/scan/type").send("/kiosk/read", code="7K3M9QX2TD6")
    assert visitor.client.get_cookie("visit").value != first
    assert "****" not in visitor.page
    assert visitor.open("/register").path == "/kiosk"


def test_every_page_at_the_machine_says_it_must_not_be_kept(visitor, notice):
    at_the_machine(visitor, notice)
    for page in ("/kiosk", "/kiosk/scan", "/kiosk/scan/type", "/kiosk/scan/picture", "/kiosk/scan/phone", "/kiosk/result", "/register"):
        visitor.open(page)
        assert visitor.answer.headers["Cache-Control"] == "no-store", page
        assert len(visitor.page.encode()) < 20_000, page


def test_a_cookie_of_nobody_is_nobody(app, visitor):
    visitor.client.set_cookie("visit", "x" * 32)
    assert visitor.open("/kiosk/result").path == "/kiosk"
    visitor.client.set_cookie("visit", "é" * 500)
    assert visitor.open("/kiosk/result").path == "/kiosk"
