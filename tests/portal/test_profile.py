"""What the authority promises: a change is a new version, the law's limits hold, a running case keeps its own."""

import pytest
import sqlalchemy as sa

from tests.factories import filed_case, granted_case
from workflow.models import AuthorityProfile, Case, db


@pytest.fixture
def admin(sign_in):
    browser = sign_in("admin")
    browser.get("/admin/profile", expect=200)
    return browser


def versions():
    return db.session.scalars(sa.select(AuthorityProfile).where(AuthorityProfile.data["code"].as_string() == "shenzhen").order_by(AuthorityProfile.version)).all()


def save(browser, **values):
    browser.submit({"reason": "试点通知", **values}, form="/admin/profile")
    return browser.page


def test_a_change_is_a_new_version_with_old_and_new_beside_it(admin):
    page = save(admin, limit_decision="6", phone="0755-12345678")
    assert page.status == 200
    assert [v.version for v in versions()] == [1, 2]
    assert versions()[0].profile.limits["decision"].promised == 7
    newest = versions()[1]
    assert (newest.profile.limits["decision"].promised, newest.profile.limits["decision"].statutory) == (6, 20)
    assert (newest.created_by.name, newest.reason) == ("苏敏", "试点通知")
    assert newest.profile.joint
    assert [e.text for e in page.all("del")] == ["7", "0755-88121678"]
    assert [e.text for e in page.all("ins")] == ["6", "0755-12345678"]


def test_a_running_case_keeps_the_version_it_was_filed_under(app, admin):
    before = filed_case()
    save(admin, limit_preliminary="1")
    after = filed_case()
    assert db.session.get_one(Case, before.id).profile.limits["preliminary"].promised == 5
    assert db.session.get_one(Case, after.id).profile.limits["preliminary"].promised == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit_decision", "21"), ("limit_decision", "0"), ("limit_decision", "-1"), ("limit_decision", "many"), ("limit_acceptance", ""), ("extension_latest", "120"),
        ("extension_earliest", "999"), ("report_days", "0"), ("window_en", ""), ("reason", ""), ("phone", ""), ("limit_decision", "²"),
    ],
)  # fmt: skip
def test_what_the_law_or_sense_forbids_is_named_at_its_field(admin, field, value):
    page = save(admin, **{field: value})
    assert page.status == 422
    assert page.problems
    assert page.by_id(f"{field}-error") is not None
    assert len(versions()) == 1


def test_saving_what_stands_makes_no_version(admin):
    assert save(admin).status == 422
    assert len(versions()) == 1


def test_a_stale_page_is_told_and_keeps_what_was_typed(admin, sign_in):
    other = sign_in("admin")
    other.get("/admin/profile", expect=200)
    save(other, limit_decision="6")
    page = save(admin, limit_decision="5")
    assert page.status == 409
    assert page.form("/admin/profile").values()["limit_decision"] == ["5"]
    assert len(versions()) == 2


def test_nobody_but_the_administrator_comes_here(sign_in):
    for short in ("zhou", "lin", "huang"):
        assert sign_in(short).get("/admin/profile").status == 403


def test_window_and_telephone_stand_on_the_employers_page(app, sign_in):
    page = sign_in("lin").get(f"/applications/{granted_case().id}", expect=200)
    assert "50 号窗口" in page.text
    assert "0755-88121678" in page.text
