"""A check without a network: the browser proves the signature itself, and says no more than the kept list knows."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House
from tests.factories import granted_case
from workflow import clock
from workflow.models import PaperRow, db, writing
from workflow.papers import Paper
from workflow.permit import PermitState


@pytest.fixture(scope="module")
def letters(build: Callable[[bool], House]) -> tuple[House, list[tuple[str, str]]]:
    """A house with two notices, (ref, address) each; the permit of the second is cancelled."""
    house = build(False)
    with house.app.app_context():
        for number in ("YB0041728", "YB0041799"):
            granted_case(passport_no=number)
        papers = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.NOTIFICATION).order_by(PaperRow.id)).all()
        found, last = [(p.ref, p.facts["qr_url"]) for p in papers], papers[1].id
        with writing() as rows:
            permit = rows.get_one(PaperRow, last).permit
            permit.state, permit.ended_on = PermitState.CANCELLED, clock.today()
        db.session.remove()
    return house, found


def other(url: str) -> str:
    """The same address with one digit changed."""
    return url[:-9] + str((int(url[-9]) + 1) % 10) + url[-8:]


@pytest.fixture
def phone(letters: tuple[House, list[tuple[str, str]]]):
    context = letters[0].context(width=360)
    page = context.new_page()
    page.goto("/v")
    page.goto(f"/v/{letters[1][0][0]}")
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(r => navigator.serviceWorker.controller ? r() : navigator.serviceWorker.addEventListener('controllerchange', r)))")
    yield context, page
    context.close()


def visit(page: Page, url: str) -> None:
    page.goto("about:blank")
    page.goto(url)


def test_online_the_signature_is_compared_and_an_altered_code_is_told(letters, phone: tuple[BrowserContext, Page]) -> None:
    _, page = phone
    url = letters[1][0][1]
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url + (r.post_data or "")))
    visit(page, url)
    expect(page.locator("[data-signature]")).to_be_visible()
    visit(page, other(url))
    expect(page.locator("#outcome h1")).to_have_text("内容被改动")
    assert "MORETTI" not in page.locator("body").inner_text()
    assert not any(url.rpartition("#")[2][:60] in each.split("#")[0] for each in sent), "the part after # stays in the browser"


def test_offline_a_genuine_letter_is_in_force_as_of_the_list(letters, phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    context.set_offline(True)
    visit(page, letters[1][0][1])
    expect(page.locator("#outcome h1")).to_have_text("真实，有效")
    expect(page.locator("#outcome")).to_contain_text("MORETTI GIULIA ANNA")
    expect(page.locator("#outcome")).to_contain_text("状态表日期")


@pytest.mark.parametrize(("which", "change", "words"), [(1, lambda url: url, "许可已注销"), (0, other, "内容被改动"), (0, lambda url: url + "7", "内容被改动"), (0, lambda url: url.split("#")[0], "现在无法得知状态")])
def test_offline_everything_else_is_told_apart(letters, phone: tuple[BrowserContext, Page], which: int, change: Callable[[str], str], words: str) -> None:
    context, page = phone
    context.set_offline(True)
    visit(page, change(letters[1][which][1]))
    expect(page.locator("#outcome h1")).to_have_text(words)


def test_offline_with_an_old_list_nothing_is_called_valid(letters, phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    page.clock.install(time=clock.now().timestamp() + 26 * 3600)
    context.set_offline(True)
    visit(page, letters[1][0][1])
    expect(page.locator("#outcome h1")).to_have_text("现在无法得知状态")


def test_what_is_kept_holds_nobodys_data(letters, phone: tuple[BrowserContext, Page]) -> None:
    _, page = phone
    kept = page.evaluate("""async () => { const out = []; for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys())
        out.push([request.url, await (await caches.match(request)).text()]); return out; }""")
    assert len(kept) > 5
    assert not any(letters[1][0][0] in url + text or "MORETTI" in text or "csrf" in text for url, text in kept)
