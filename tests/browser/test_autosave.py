"""A page of a filing that keeps itself while its person goes on: nothing is refused that only she did, nothing typed is lost."""

import re

import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import House
from tests.browser.eyes import listen
from workflow.models import Case

PAGE = re.compile(r"/applications/\d+/sections/application$")
NEXT = "button[name=do][value=later]"


def draft(house: House, page: Page) -> int:
    page.goto("/applications/new")
    page.locator("main form[action='/applications/new'] button").first.click()
    expect(page).to_have_url(re.compile(r"/sections/"))
    case_id = int(re.findall(r"/applications/(\d+)", page.url)[0])
    page.goto(f"/applications/{case_id}/sections/application")
    return case_id


def of_itself(route: Route) -> bool:
    return route.request.method == "POST" and "hx-request" in route.request.headers


def test_a_button_pressed_while_the_page_keeps_itself_waits_and_takes_along_what_was_typed_since(empty_house: House) -> None:
    page = empty_house.enter("lin").new_page()
    heard, held, sent = listen(page), [], []
    case_id = draft(empty_house, page)
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.route(PAGE, lambda route: held.append(route) if of_itself(route) and not held else route.fallback())
    with page.expect_request(lambda request: request.method == "POST"):  # the first saving hangs on a slow line
        page.locator("[name=application-position]").fill("镜头设计师")
        page.locator("[name=application-position]").blur()
    page.locator("[name=application-duties]").fill("镜头组的设计与试制。")
    page.locator(NEXT).click()
    expect(page.locator("#section-form[data-waiting]")).to_have_count(1)
    page.locator(NEXT).click()
    assert len(sent) == 1
    held[0].continue_()
    expect(page).to_have_url(re.compile(r"/applications/drafts"))
    (answers,) = empty_house.ask(sa.select(Case.answers).where(Case.id == case_id))[0]
    assert (answers["application"]["position"], answers["application"]["duties"]) == ("镜头设计师", "镜头组的设计与试制。")
    assert heard == []
    page.wait_for_load_state("load")
    page.close()


def test_without_a_line_the_page_stays_says_so_and_goes_on_when_the_line_is_back(empty_house: House) -> None:
    page = empty_house.enter("lin").new_page()
    held: list[Route] = []
    case_id = draft(empty_house, page)
    page.route(PAGE, lambda route: held.append(route) if of_itself(route) and not held else route.fallback())
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[name=application-position]").fill("镜头设计师")
        page.locator("[name=application-position]").blur()
    page.locator(NEXT).click()
    expect(page.locator("#section-form[data-waiting]")).to_have_count(1)
    held[0].abort("internetdisconnected")
    expect(page.locator("[data-not-saved]")).to_be_visible()
    expect(page.locator("[name=application-position]")).to_have_value("镜头设计师")
    page.locator(NEXT).click()
    expect(page).to_have_url(re.compile(r"/applications/drafts"))
    (answers,) = empty_house.ask(sa.select(Case.answers).where(Case.id == case_id))[0]
    assert answers["application"]["position"] == "镜头设计师"
    page.wait_for_load_state("load")
    page.close()
