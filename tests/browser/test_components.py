"""The kit as a person meets it: every component in a real browser, under the real policy, wide and narrow, judged by axe."""

import threading
import urllib.request
from collections.abc import Iterator

import html5lib
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from portal.looks import STATES
from tests.browser.eyes import faults
from tests.browser.gallery import ERRORS, ROOT, gallery
from workflow.application import State

PAGES = ["portal", "phone", "kiosk", *map(str, ERRORS)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    app = gallery(tmp_path_factory.mktemp("words"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app.extensions["posts"]
    server.shutdown()
    thread.join(5)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_no_component_is_closed_to_anybody_or_runs_off_the_side(served, page: Page, complaints: list[str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{served[0]}/gallery/{name}")
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true }")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    assert page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)") == []


@pytest.mark.parametrize("name", ["portal", "phone", "kiosk", "404"])
def test_the_english_page_is_as_good_as_the_chinese_one(served, page: Page, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{served[0]}/gallery/{name}?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_well_formed(served, name: str) -> None:
    with urllib.request.urlopen(f"{served[0]}/gallery/{name}", timeout=10) as answer:
        parser = html5lib.HTMLParser()
        parser.parse(answer.read(), transport_encoding="utf-8")
    assert [(place, code, values) for place, code, values in parser.errors] == []


def test_icons_are_drawn_under_the_policy(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    page.wait_for_load_state("networkidle")
    used = set(page.evaluate("[...document.querySelectorAll('use')].map(u => u.getAttribute('href').split('#')[1])"))
    drawn = (ROOT / "static/icons.svg").read_text()
    assert used
    assert [name for name in used if f'id="{name}"' not in drawn] == []
    assert page.locator(".note .icon use").first.evaluate("u => u.getBBox().width") > 0


def test_the_summary_of_problems_has_the_focus_and_leads_to_its_field(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/phone")
    expect(page.locator("#error-summary")).to_be_focused()
    page.locator("#error-summary a").click()
    assert page.evaluate("location.hash") == "#born"


def test_a_second_press_sends_nothing_more(served, page: Page) -> None:
    base, posts = served
    page.goto(f"{base}/gallery/portal")
    posts.clear()
    # both presses within one turn of the page's script: however slow the machine, the first is still being worked on
    page.evaluate("() => { const save = document.getElementById('save'); save.click(); save.click(); }")
    page.get_by_role("heading", name="已收到").wait_for()
    assert posts == ["save"]


def test_a_swap_is_announced_and_keeps_the_focus(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    page.locator("#swap").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="新的片段").wait_for()
    expect(page.locator("#live")).to_contain_text("新的片段")
    assert page.evaluate("document.activeElement.id") == "swap"


def test_when_nothing_comes_back_the_page_says_so_and_keeps_what_was_typed(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    page.locator("[name=typed]").fill("写了很久")
    page.locator("#break").click()
    page.get_by_role("alert").filter(has_text="没有保存").wait_for()
    assert page.locator("[name=typed]").input_value() == "写了很久"


def test_slash_goes_to_the_search_but_not_while_one_types(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    page.locator("#main").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.locator("#plain").focus()
    page.keyboard.press("/")
    assert page.locator("#plain").input_value() == "/"


def test_a_move_that_asks_opens_its_question_and_an_unmet_one_says_why(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    page.locator("#moves-decline summary").click()
    expect(page.locator("#moves-decline-reason")).to_be_focused()
    assert page.locator("#moves-decline textarea").get_attribute("name") == "reason"
    page.keyboard.press("Escape")
    expect(page.locator("#moves-decline-reason")).not_to_be_visible()
    dashed = page.get_by_role("button", name="预审通过")
    assert dashed.get_attribute("aria-disabled") == "true"
    assert "缺陷未消除" in page.locator(f"#{dashed.get_attribute('aria-describedby')}").inner_text()


def test_an_idle_visit_warns_and_then_says_goodbye_by_itself(served, page: Page) -> None:
    base, posts = served
    posts.clear()
    page.goto(f"{base}/gallery/kiosk?idle=4")
    page.locator("#idle-warning").wait_for(state="visible")
    page.get_by_role("heading", name="已收到").wait_for()
    assert posts == ["goodbye"]


def test_a_touch_keeps_the_visit(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/kiosk?idle=6")
    page.locator("#idle-warning").wait_for(state="visible")
    page.locator("h1").click()
    expect(page.locator("#idle-warning")).to_be_hidden()


def test_without_scripts_everything_that_matters_is_there(served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    plain = context.new_page()
    plain.goto(f"{served[0]}/gallery/portal")
    plain.locator("#moves-decline summary").click()
    assert plain.locator("#moves-decline-reason").is_visible()
    plain.locator(".to-menu").click()
    assert plain.evaluate("location.hash") == "#menu"
    context.close()


def test_a_date_that_is_none_is_given_back_as_typed(served, page: Page) -> None:
    page.goto(f"{served[0]}/gallery/portal")
    assert page.locator("#birth").get_attribute("type") == "date"
    assert page.locator("#expiry").input_value() == "2031-02-30"
    assert page.locator("#why").input_value() == "<script>alert(1)</script>"


def test_check_and_card_pages_stay_light(served, page: Page) -> None:
    octets: list[int] = []
    page.on("response", lambda r: octets.append(len(r.body())))
    page.goto(f"{served[0]}/gallery/phone")
    page.wait_for_load_state("networkidle")
    assert sum(octets) < 130_000  # before compression; the limit of 60 KB over the wire is measured on the real pages


def test_every_state_of_a_case_has_a_look() -> None:
    assert {state.value for state in State} == set(STATES["case"])
