"""The menu and the first page of each service, in the browser: who, what, how long, what comes out, and where to go when something does not hold."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests import factories
from tests.workflow.walking import draft, ending_in, legacy, on
from workflow.models import Case, Permit, Residence, db, writing
from workflow.roles import Role
from workflow.services import service

ENTRIES = ["long-term", "short-term", "extension", "amendment", "cancellation", "reissue-electronic", "reissue-notification"]
GONE = ("申领工作许可证（入境后）", "发布遗失公告", "补遗", "工作许可通知注销")
STAFF = ["zhou", "qin", "wei", "huang", "luo", "admin"]


@pytest.mark.parametrize("who", ["lin", *STAFF])
def test_no_menu_names_what_was_removed(sign_in, who):
    browser = sign_in(who)
    page = browser.get("/")
    assert not [word for word in GONE if word in page.text]


def test_the_left_menu_has_every_entry_in_the_official_order(sign_in):
    found = [path or "long-term" for path in re.findall(r'href="/applications/new/?([a-z-]*)"', sign_in("lin").get("/applications/mine").html.split("<main")[0])]
    assert found == ENTRIES


def test_no_address_leads_to_what_was_removed(app: Flask):
    said = " ".join(rule.rule + rule.endpoint for rule in app.url_map.iter_rules())
    assert not [word for word in ("lost", "loss", "claim-card", "claim_card", "after-entry", "notification-cancel", "notification_cancel", "supplement-card") if word in said]


@pytest.mark.parametrize("path", ENTRIES)
def test_each_service_begins_with_who_what_how_long_and_what_comes_out(sign_in, path):
    page = sign_in("lin").get(f"/applications/new/{path}", expect=200)
    assert all(heading in page.main for heading in ("谁可以办", "请先备好", "办理时限", "办理结果"))
    assert page.main.count("个工作日") >= 3
    assert "50 号窗口" in page.main
    assert not [word for word in GONE if word in page.text]


def test_an_entry_that_is_not_there_is_not_found(sign_in):
    assert sign_in("lin").get("/applications/new/lost-card").status == 404


def test_whose_permit_too_early_is_told_when_and_where(sign_in):
    ending_in(200)
    page = sign_in("lin").get("/applications/new/extension", expect=200)
    assert "尚未到申请时间" in page.main
    assert "MORETTI" in page.main


def test_whom_it_can_be_about_stands_first_and_the_others_with_the_day_from_which(sign_in):
    early, open_now = ending_in(20), ending_in(100, surname="OKAFOR")
    late = ending_in(300, surname="ZIMMER")
    page = sign_in("lin").get("/applications/new/extension", expect=200)
    order = [e.get("id") for e in page.all("li") if e.get("id", "").startswith("permit-")]
    assert order == [f"permit-{p.id}" for p in (open_now, early, late)]
    assert f"{late.valid_to - timedelta(days=120)} 至 {late.valid_to - timedelta(days=30)}" in page.main


def test_a_short_term_permit_is_not_offered_for_change(sign_in):
    from tests.workflow.test_services_walk import short
    from tests.workflow.walking import decide

    decide(draft("short_term", answers=short()))
    lin = sign_in("lin")
    page = lin.get("/applications/new/amendment", expect=200)
    assert "90 日以下的工作许可不办理变更" in page.main
    assert not [f for f in page.forms if "subject" in f.hidden]


def test_an_extension_begins_from_the_list_and_is_filled(sign_in):
    permit = ending_in(60)
    lin = sign_in("lin")
    lin.get("/applications/new/extension", expect=200)
    page = lin.submit(form="/applications/new")
    case = db.session.query(Case).filter_by(service="extension").one()
    assert case.about.permit_id == permit.id
    assert case.applicant == permit.person.name
    assert "工作许可延期" in page.text


def test_the_old_notification_is_sent_to_the_window(sign_in):
    permit = legacy(ending_in(200), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = datetime(2024, 11, 30, 15, 59, tzinfo=UTC)
    page = sign_in("lin").get("/applications/new/cancellation", expect=200)
    assert "不能在线注销" in page.main
    assert "交到窗口" in page.main


def test_overseas_shows_joint_processing_disabled_with_the_reason(sign_in):
    page = sign_in("lin").get("/applications/new", expect=200)
    assert "境外提交不能并联" in page.main
    box = re.search(r'<input[^>]*id="joint-new_overseas"[^>]*>', page.html)
    assert box
    assert "disabled" in box.group(0)
    other = re.search(r'<input[^>]*id="joint-new_domestic"[^>]*>', page.html)
    assert other
    assert "disabled" not in other.group(0)


def test_joint_for_overseas_is_refused_also_to_who_sends_it_anyway(sign_in):
    lin = sign_in("lin")
    lin.get("/applications/new")
    page = lin.submit(form="/applications/new", raw={"joint": "yes"})
    assert page.status in (409, 422)
    assert "境外提交不能并联" in page.main
    assert db.session.query(Case).count() == 0


def test_the_national_profile_offers_no_joint_processing(sign_in):
    assert "并联" not in sign_in("fu").get("/applications/new", expect=200).main


def test_a_paper_cancellation_goes_from_the_search_to_the_proof(sign_in):
    permit = legacy(ending_in(200), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = datetime(2024, 11, 1, tzinfo=UTC)
    number = db.session.get_one(Permit, permit.id).person.permit_number
    huang = sign_in("huang")
    assert number in huang.get(f"/window/paper-intake?q={number}", expect=200).main
    huang.get(f"/window/paper-intake?permit={permit.id}", expect=200)
    name, data = factories.sample_file("cancellation_letter")
    page = huang.submit({"ground": "old_notice"}, form=f"/window/paper-intake/{permit.id}", files={"cancellation_letter": (name, data, "application/pdf")})
    assert "外国人来华工作许可注销证明" in page.main
    assert db.session.get_one(Permit, permit.id).standing() == "cancelled"
    assert db.session.query(Residence).filter_by(case_id=permit.case_id).count() == 1


def test_paper_intake_is_the_windows_alone(app: Flask):
    assert app.view_functions["window.paper_intake"].access == (Role.WINDOW,)


def _filled(code: str) -> Case:
    """A draft that can be filed, of each service about a permit."""
    contract = {"parties": 1, "place": 1, "duties": 1, "pay": 2, "period": 2, "position": 1, "signature_page": 3, "chinese": "yes"}
    if code.startswith("extension"):
        permit = ending_in(60)
        answers = {"class_ground": {"change": "no"}, "application": {"contract_to": on(400), "residence_expires": on(20)}, "contract": contract}
        if code == "extension_joint":
            answers["residence"] = {"residence_kind": "extension", "residence_expires": on(20), "residence_until": on(300), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)}
        return draft(code, permit, answers)
    if code == "amendment":
        said = {"name": "no", "passport": "no", "title": "yes", "class": "no", "changed_on": on(-40)}
        return draft(code, ending_in(200), {"amendment": said, "basic": {"reissue": "no"}, "application": {"position": "首席光学设计师"}})
    if code == "cancellation":
        return draft(code, ending_in(200), {"cancellation": {"ground": "agreed", "ended_on": on(-2)}})
    if code == "reissue_electronic":
        return draft(code, legacy(ending_in(200), claimed=True, card="SZ2023000017"), {"card": {"no_visit": "yes"}})
    return draft(code, legacy(ending_in(200), claimed=False), {"contract": contract})


@pytest.mark.parametrize("code", ["extension", "extension_joint", "amendment", "cancellation", "reissue_electronic", "reissue_notification"])
def test_every_page_of_a_filing_opens_it_is_filed_and_the_officer_sees_it(sign_in, code):
    case = _filled(code)
    lin, pages = sign_in("lin"), [f"sections/{s.code}" for s in service(case.service).sections]
    for page in (*pages, "attachments", "answers"):
        assert lin.get(f"/applications/{case.id}/{page}", expect=200).h1
    page = lin.submit({"declared": ["yes"]}, form=f"/applications/{case.id}/answers")
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).state.value == "preliminary_review", page.main
    assert case.number in sign_in("zhou").get(f"/review/{case.id}", expect=200).text


@pytest.mark.parametrize(("claimed", "door"), [(True, "reissue-electronic"), (False, "reissue-notification")])
def test_a_closed_case_of_the_old_system_says_what_may_be_filed_about_it(sign_in, claimed, door):
    permit = legacy(ending_in(200), claimed=claimed)
    with writing() as session:
        session.get_one(Case, permit.case_id).origin = "legacy"
    lin = sign_in("lin")
    page = lin.get(f"/applications/{permit.case_id}", expect=200)
    assert "原系统已准予" in page.main
    assert "请下载" not in page.main
    page = lin.get(page.link(f"/applications/new/{door}"), expect=200)
    assert page.by_id(f"permit-{permit.id}") is not None
