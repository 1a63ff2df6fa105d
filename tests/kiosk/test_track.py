"""The tracker: two ways in, stages with dates and nothing more, the thirty days, and a word to the authority that is answered."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kiosk.languages import TONGUES
from tests.factories import accepted_case, draft_case, filed_case, refused_case
from workflow import clock, counter, reports, tracking
from workflow.engine import Refused
from workflow.models import Case, Event, HolderReport, Message, Residence, db, writing
from workflow.roles import ENTRANT, Role

BORN = {"born-year": "1990", "born-month": "3", "born-day": "14"}


@pytest.fixture
def case(app) -> Case:
    return db.session.scalars(sa.select(Case)).one()


def entered(visitor, case):
    visitor.open("/track").send("/track", number=case.number.lower(), tail=case.passport_no[-4:].lower(), **BORN)
    return visitor


def issue_day(case):
    return counter.notice_of(counter.residence_of(case)).issued_at.astimezone(clock.BEIJING).date()


def test_number_passport_and_birth_open_the_stages_and_nobody_is_named(visitor, case):
    page = entered(visitor, case)
    assert (page.status, page.path) == (200, "/track/case")
    assert "用人单位已提交" in page.page
    assert "扫描通知上的二维码注册电子卡" in page.page
    assert case.decided_at.astimezone(clock.BEIJING).date().isoformat() in page.page
    for private in ("MORETTI", case.passport_no, case.employer.name, case.handler.name, "1990", (case.answers["basic"])["email"]):
        assert private not in page.page, private
    assert "no-store" in page.answer.headers["Cache-Control"]


@pytest.mark.parametrize("wrong", ["number", "tail", "birth", "draft"])
def test_whatever_does_not_fit_gets_one_answer(visitor, case, wrong):
    values = {"number": case.number, "tail": case.passport_no[-4:], **BORN}
    other = draft_case() if wrong == "draft" else None
    values |= {"number": {"number": "440300-2026-999999"}, "tail": {"tail": "0000"}, "birth": {"born-day": "15"}, "draft": {"number": other.number if other else ""}}[wrong]
    visitor.open("/track").send("/track", **values)
    assert visitor.status == 422
    assert "业务编号、护照与出生日期不相符" in visitor.page
    assert values["number"] in visitor.page, "what was typed stays"


def test_five_wrong_tries_rest_the_number_whether_it_is_a_case_or_not(visitor, case):
    for number in (case.number, "440300-2026-999999"):
        for n in range(6):
            visitor.open("/track").send("/track", number=number, tail=f"00{n:02d}", **BORN)
        assert visitor.status == 429


def test_the_link_of_a_message_opens_the_case_in_the_reader_s_language(visitor, case):
    sent = db.session.scalars(sa.select(Message).where(Message.case_id == case.id, Message.address != "").order_by(Message.id.desc())).first()
    path = sent.values["link"].removeprefix("http://portal.example")
    visitor.open(path)
    assert case.number not in visitor.page, "opening the address shows nothing yet"
    visitor.send(re.search(r'action="(/track/link/[^"]+)"', visitor.page).group(1))
    assert (visitor.status, visitor.path) == (200, "/track/case")
    assert case.number in visitor.page


def test_a_link_ends_after_thirty_days_with_another_contact_and_when_touched(visitor, case, app, monkeypatch):
    token = tracking.link(case).rpartition("/")[2].partition("?")[0]
    assert tracking.of_token(token).id == case.id
    assert tracking.of_token(token[:-2] + ("AA" if token[-2:] != "AA" else "BB")) is None
    visitor.open(f"/track/link/{token[:-3]}xyz")
    assert "此链接已失效" in visitor.page
    with writing() as session:
        row = session.get_one(Case, case.id)
        row.answers = {**row.answers, "basic": {**row.answers["basic"], "email": "other@example.org"}}
    assert tracking.of_token(token) is None
    fresh = tracking.link(db.session.get_one(Case, case.id)).rpartition("/")[2].partition("?")[0]
    monkeypatch.setattr(tracking, "GOOD_FOR", -1)
    assert tracking.of_token(fresh) is None


def test_another_person_s_visit_is_not_taken_over(visitor, another, case):
    entered(visitor, case)
    assert another.open("/track/case").status == 410
    visitor.send("/goodbye?at=phone")
    assert visitor.open("/track/case").status == 410


def test_a_case_stands_at_its_stage_and_one_that_ended_ends_there(app):
    def states(case):
        return {s.code: s.state for s in tracking.stages(case)}

    assert states(filed_case()) == {"filed": "done", "checked": "now", "accepted": "later", "examined": "later", "decided": "later", "card": "later", "originals": "later", "residence": "later"}
    assert states(accepted_case(passport_no="YB0041731"))["examined"] == "now"
    refused = states(refused_case(passport_no="YB0041732"))
    assert refused == {"filed": "done", "checked": "done", "accepted": "done", "examined": "done", "decided": "stopped"}


def test_this_is_wrong_reaches_the_window_and_the_answer_comes_back(visitor, case, who):
    entered(visitor, case).send("/track/case/wrong", words="  ")
    assert visitor.status == 422
    visitor.send("/track/case/wrong", words="Das bin ich nicht")
    assert visitor.path == "/track/case"
    assert "已转告审批机关" in visitor.page
    report = db.session.scalars(sa.select(HolderReport)).one()
    assert (report.words, report.source, report.case_id) == ("Das bin ich nicht", "tracker", case.id)
    assert db.session.scalars(sa.select(Event).where(Event.trigger == "report_wrong")).one().role is Role.ENTRANT
    reports.answer(report.id, "Bitte kommen Sie mit dem Pass ans Fenster 50.", by=who("huang"))
    visitor.open("/track/case")
    assert "Fenster 50" in visitor.page


def test_the_person_says_the_day_of_entry_until_the_window_has_seen_the_stamp(visitor, case, who):
    entered(visitor, case)
    visitor.send("/track/case/entry", entered_on=(clock.today() + timedelta(days=2)).isoformat())
    assert visitor.status == 422
    assert "在今天之后" in visitor.page
    visitor.send("/track/case/entry", entered_on=issue_day(case).isoformat())
    due = counter.due_after_entry(issue_day(case))
    assert due.isoformat() in visitor.page
    assert "/track/case/entry" not in visitor.page, "said once"
    residence = counter.residence_of(case)
    with pytest.raises(Refused):
        counter.set_entry(residence.id, clock.today(), by=ENTRANT)
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "entry")).one()
    assert line.role is Role.ENTRANT
    with writing() as session:
        session.get_one(Residence, residence.id).entered_on = clock.today() - timedelta(days=33)
    visitor.open("/track/case")
    assert "届满" in visitor.page


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda t: t.locale)
def test_every_page_of_the_tracker_speaks_the_language(visitor, case, tongue):
    visitor.open(f"/track?lang={tongue.locale}")
    for path in ("/track", tracking.link(case).removeprefix("http://portal.example").partition("?")[0], "/card/offline"):
        visitor.open(path)
        assert re.search(rf'<html lang="{tongue.code}"( dir="rtl")?>', visitor.page), path
    entered(visitor, case)
    assert visitor.path == "/track/case"
    assert re.search(rf'<html lang="{tongue.code}"( dir="rtl")?>', visitor.page)
