"""并联 in the browser: seven tabs, hours opened by the administrator, booked by the employer, the day's list at the window, both decisions."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import granted_case, move
from tests.workflow.test_joint import called_in, joint_draft, open_slots, see_all, step_of, verified
from workflow import clock
from workflow.models import AppointmentSlot, Case, db, writing
from workflow.residence import ResidenceState as S

TABS = ["个人信息", "业务信息", "居留许可申请信息", "教育经历", "工作经历", "家属信息", "附件信息"]


def test_the_seven_tabs_stand_in_the_order_of_the_platform(sign_in):
    case = joint_draft()
    page = sign_in("lin").get(f"/applications/{case.id}/sections/basic", expect=200)
    places = [page.main.find(tab) for tab in TABS]
    assert -1 not in places, dict(zip(TABS, places, strict=True))
    stepper = page.html[page.html.index('class="stepper'):]
    at = [stepper.index(tab) for tab in TABS]
    assert at == sorted(at)


@pytest.mark.parametrize("code", ["class_ground", "application"])
def test_class_and_employment_are_asked_and_saved_on_one_page(sign_in, code):
    case = joint_draft()
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}/sections/{code}", expect=200)
    assert page.h1 == "业务信息"
    assert {"class_ground-change", "application-position"} <= set(page.form("/sections/class_ground").names)
    page = lin.submit({"class_ground-change": "no", "application-position": "光学总工程师", "application-duties": "负责镜头设计。"}, form="/sections/class_ground", button="next")
    held = db.session.get_one(Case, case.id, populate_existing=True)
    assert (held.answers["application"]["position"], held.answers["class_ground"]["change"]) == ("光学总工程师", "no")
    assert page.path.endswith("/sections/residence"), page.main


def test_the_hours_are_opened_with_one_form_and_closed_by_the_day(sign_in):
    admin = sign_in("admin")
    admin.get("/admin/appointment-hours", expect=200)
    days = {"first_day": (clock.today() + timedelta(days=1)).isoformat(), "last_day": (clock.today() + timedelta(days=7)).isoformat()}
    page = admin.submit({**days, "opens": "09:00", "closes": "11:00", "minutes": "30", "capacity": "3"}, form="/admin/appointment-hours")
    assert "0 / 12" in page.main
    slots = db.session.scalars(sa.select(AppointmentSlot)).all()
    assert {s.hour for s in slots} == {"09:00", "09:30", "10:00", "10:30"}
    page = admin.submit(form="/appointment-hours/close")
    assert page.main.count("0 / 12") == len({s.day for s in slots}) - 1
    page = admin.submit({**days, "opens": "11:00", "closes": "09:00", "minutes": "30", "capacity": "3"})
    assert page.status == 422


def test_only_the_administrator_opens_hours_and_only_the_window_sees_the_list(sign_in):
    assert sign_in("lin").get("/admin/appointment-hours").status == 403
    assert sign_in("huang").get("/admin/appointment-hours").status == 403
    assert sign_in("zhou").get("/window/appointments").status == 403


def test_booked_on_the_page_of_the_case_moved_once_and_seen_at_the_window(sign_in):
    case, slots = called_in(), open_slots(capacity=2)
    lin, huang = sign_in("lin"), sign_in("huang")
    page = lin.get(f"/applications/{case.id}", expect=200)
    assert "请预约窗口" in page.main
    lin.get(f"/applications/{case.id}/appointment", expect=200)
    page = lin.submit(form="/appointment", raw={})
    assert page.status == 422
    assert "请选择日期和时间" in page.main
    page = lin.submit({"slot": str(slots[0].id)}, form="/appointment", expect=200)
    assert "09:00" in page.main
    page = lin.submit({"slot": str(slots[1].id)}, form="/appointment", expect=200)
    assert "已改期一次" in page.main
    assert "50 号窗口" in page.main
    page = huang.get(f"/window/appointments?day={slots[1].day}", expect=200)
    assert case.applicant in page.main
    assert "09:30" in page.main
    page = huang.submit(form="/open", expect=200)
    assert page.path == f"/window/{step_of(case).id}"
    assert "住宿登记表" in page.main
    assert "与工作许可一并申请" in page.main


def test_a_taken_time_and_a_stale_page_are_told(sign_in):
    case, slots = called_in(), open_slots()
    lin = sign_in("lin")
    lin.get(f"/applications/{case.id}/appointment", expect=200)
    with writing() as session:
        session.get_one(AppointmentSlot, slots[0].id).taken = 1
    page = lin.submit({"slot": str(slots[0].id)}, form="/appointment")
    assert page.status == 422
    assert "已约满" in page.main
    assert step_of(case).state is S.APPOINTMENT_DUE


def test_another_employer_and_a_single_filing_have_no_such_page(sign_in):
    case = called_in()
    assert sign_in("fu").get(f"/applications/{case.id}/appointment").status == 404
    assert sign_in("lin").get(f"/applications/{granted_case().id}/appointment").status == 404


def test_before_the_review_is_passed_the_page_says_what_it_waits_for(sign_in):
    case = move(joint_draft(), "submit", "lin")
    page = sign_in("lin").get(f"/applications/{case.id}/appointment", expect=200)
    assert "材料正在预审" in page.main
    assert not page.html.count('name="slot"')
    huang = sign_in("huang")
    huang.get("/window/")
    page = huang.submit({"text": case.number}, form="/window/", expect=200)
    assert "材料仍在预审" in page.main


def test_the_exit_entry_office_sees_it_wait_for_the_work_permit_and_then_decides(sign_in):
    case = verified()
    luo = sign_in("luo")
    assert case.applicant in luo.get("/residence/", expect=200).main
    page = luo.get(f"/residence/{step_of(case).id}", expect=200)
    assert "尚未决定" in page.main
    for lever, who, given in (("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合。", "grounds": "服务指南"}), ("grant", "wei", {})):
        case = move(case, lever, who, **given)
    page = luo.get(f"/residence/{step_of(case).id}", expect=200)
    first, last = clock.today(), clock.today() + timedelta(days=200)
    given = {"residence_number": "B12345678", "valid_from": first.isoformat(), "valid_to": last.isoformat()}
    luo.submit(given, form="/moves/grant_residence", expect=200)
    assert step_of(case).state is S.RESIDENCE_GRANTED
    assert "居留许可" in sign_in("lin").get(f"/applications/{case.id}", expect=200).main


def test_those_on_the_way_are_a_list_of_their_own(sign_in):
    case = called_in()
    page = sign_in("luo").get("/residence/?only=together", expect=200)
    assert case.applicant in page.main


def test_the_door_names_the_joint_limit_beside_the_statutory_one(sign_in):
    page = sign_in("lin").get("/applications/new", expect=200)
    assert "7 个工作日" in page.main
    assert "法定 20 个工作日" in page.main


def test_the_window_sees_the_photograph_and_the_originals_of_who_has_no_permit_yet(sign_in):
    case = called_in()
    step = step_of(case)
    huang = sign_in("huang")
    with writing() as session:
        session.get_one(type(step), step.id).state = S.APPOINTED
    see_all(case)
    assert huang.get(f"/window/{step.id}", expect=200).main.count(case.passport_no)
    assert huang.get(f"/window/{step.id}/photo").status == 200
