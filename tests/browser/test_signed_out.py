"""A page whose sign-in has ended while somebody was typing in it: it says so, keeps everything, and goes on after signing in beside it."""

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.browser.conftest import House
from tests.browser.eyes import faults
from workflow.models import Case, User, WebSession, db


def sign_out_elsewhere(house: House, email: str) -> None:
    """Her sessions are gone: ended on another machine, or by the administrator."""
    with house.app.app_context():
        db.session.execute(sa.delete(WebSession).where(WebSession.user_id == db.session.scalar(sa.select(User.id).where(User.email == email))))
        db.session.commit()
        db.session.remove()


def drafted(page: Page) -> None:
    page.goto("/applications/new")
    page.locator("form:has([name=service][value=new_overseas]) button").first.click()
    page.wait_for_url("**/sections/**")


def test_a_page_whose_session_has_ended_keeps_what_was_typed_and_goes_on_after_signing_in(empty_house: House) -> None:
    context = empty_house.context()
    page = context.new_page()
    empty_house.sign_in(page, "tang")  # nobody else's sessions: the house is shared
    drafted(page)
    page.goto(page.url.rpartition("/")[0] + "/basic")
    sign_out_elsewhere(empty_house, "tang@yunling.example")
    page.fill("[name=basic-surname]", "MORETTI")
    page.locator("[name=basic-surname]").blur()
    note = page.get_by_role("alert").filter(has_text="您已退出登录")
    expect(note).to_be_visible()
    assert not faults(page)
    note.get_by_role("button").click()
    expect(note.get_by_role("link")).to_be_focused()  # nobody is signed in yet: the note stays and says where
    with context.expect_page() as opened:
        note.get_by_role("link").click()
    empty_house.sign_in(opened.value, "tang")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        note.get_by_role("button").click()
    assert sent.value.status == 200
    expect(note).to_have_count(0)
    expect(page.locator("[name=basic-surname]")).to_have_value("MORETTI")
    assert ("MORETTI",) in empty_house.ask(sa.select(Case.applicant))
    context.close()
