"""The card on a phone's start screen keeps its shell and nothing of anybody; the window's and the tracker's pages before axe and at 360 px."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House
from tests.browser.eyes import faults, listen, off_the_side
from tests.factories import granted_case
from tests.kiosk.conftest import last_code
from workflow import card_window, holding, reports, tracking
from workflow.models import Case, User, db
from workflow.papers import Paper

PASSWORD = "Torino-1990"
CACHED = "async () => { const all = []; for (const name of await caches.keys()) for (const asked of await (await caches.open(name)).keys()) all.push([name, asked.url, await (await caches.match(asked)).text()]); return all; }"


@pytest.fixture(scope="module")
def held(build: Callable[[bool], House]) -> tuple[House, dict[str, str]]:
    """A house in which Giulia Moretti holds a card, something waits for a second officer, and something she said for an answer."""
    house = build(False)
    with house.app.app_context():
        case = granted_case(passport_no="YB0041728")
        notice = next(p for p in case.papers if p.kind is Paper.NOTIFICATION)
        number, case_id, link, ref = notice.facts["permit_number"], case.id, tracking.link(case).removeprefix(house.base), notice.ref
        card = holding.register(notice.id, PASSWORD)
        card_id, person_id = card.id, card.person_id
        huang = db.session.scalars(sa.select(User).where(User.email.startswith("huang@"))).one()
        reports.say(case_id, "La mia qualifica è un'altra: ingegnere ottico", source="tracker", locale="it")
        card_window.undo(card_id, "卡主忘记密码，已查看护照", by=huang)
        case_number = db.session.get_one(Case, case_id).number
        db.session.remove()
    return house, {"number": number, "link": link, "ref": ref, "case": f"/window/cases/{case_id}", "holder": f"/window/holders/{person_id}", "case_number": case_number}


@pytest.fixture
def phone(held):
    house, facts = held
    context = house.context(width=360)
    page = context.new_page()
    page.goto("/card/sign-in")
    page.fill("[name=number]", facts["number"])
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.locator("main form .btn-primary").first.click()
    if page.url.endswith("/card/code"):
        with house.app.app_context():
            code = last_code()
            db.session.remove()
        page.fill("[name=code]", code)
        with page.expect_navigation():
            page.locator("main form .btn-primary").first.click()
    yield context, page
    context.close()


def test_the_phone_keeps_the_shell_and_nothing_of_the_holder(phone: tuple[BrowserContext, Page], held) -> None:
    context, page = phone
    heard = listen(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(r => navigator.serviceWorker.controller ? r() : navigator.serviceWorker.addEventListener('controllerchange', r)))")
    page.goto("/card")
    page.locator("#card-face button[name=show]").click()
    expect(page.locator("#card-face")).to_contain_text("MORETTI")
    for _ in range(2):
        page.goto("/card")
        page.goto("/card/show")
        page.goto("/card/lock")
        page.goto("/card")
    kept = page.evaluate(CACHED)
    assert {name for name, _, _ in kept} == {"card-1"}
    paths = {url.removeprefix(held[0].base) for _, url, _ in kept}
    assert "/card/offline" in paths
    assert all(path == "/card/offline" or path.startswith("/static/") for path in paths), paths
    for _, url, text in kept:
        for private in ("MORETTI", "GIULIA", held[1]["number"], "YB0041728", "csrf_token"):
            assert private not in text, (private, url)
    assert heard == []
    context.set_offline(True)
    page.goto("/card")
    expect(page.locator("h1")).to_have_text("没有网络")
    assert "MORETTI" not in page.content()
    context.set_offline(False)


def test_the_manifest_makes_it_installable(phone: tuple[BrowserContext, Page], held) -> None:
    _, page = phone
    page.goto("/card")
    client = page.context.new_cdp_session(page)
    said = client.send("Page.getAppManifest")
    assert said["errors"] == []
    manifest = json.loads(said["data"])
    assert (manifest["name"], manifest["start_url"], manifest["scope"], manifest["display"]) == ("我的电子卡", "/card", "/card", "standalone")
    sizes = [(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]]
    assert sizes == [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]
    for icon in manifest["icons"]:
        answer = page.request.get(icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    english = page.request.get("/card/app/en.webmanifest").json()
    assert english["name"] == "My electronic card"
    assert page.request.get("/card/app/nonsense.webmanifest").json()["lang"] == "en"


@pytest.mark.parametrize("who", ["huang", "admin"])
def test_the_window_s_new_pages_are_sound(held, who: str) -> None:
    house, facts = held
    page = house.enter(who).new_page()
    paths = ["/window/", facts["holder"], facts["case"], "/window/reports", "/window/second-look"] if who == "huang" else ["/window/second-look"]
    for path in paths:
        heard = listen(page)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.querySelectorAll('details.ask-plain').forEach(each => each.open = true)")
        assert faults(page) + off_the_side(page) + heard == [], path
    page.close()


@pytest.mark.parametrize("tongue", ["zh_Hans_CN", "ar", "de"])
def test_the_tracker_is_sound_in_wide_and_narrow_and_from_right_to_left(held, tongue: str) -> None:
    house, facts = held
    context = house.context(width=360)
    page = context.new_page()
    heard = listen(page)
    for path in (f"/track?lang={tongue}", facts["link"].partition("?")[0]):
        page.goto(path)
        assert faults(page) + off_the_side(page) == [], path
    with page.expect_navigation():
        page.locator("main form .btn-primary").first.click()
    assert page.url.endswith("/track/case")
    expect(page.locator("main")).to_contain_text(facts["case_number"])
    assert faults(page) + off_the_side(page) + heard == []
    context.close()
