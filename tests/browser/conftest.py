"""A real browser before the real house: Debian's chromium, and the demonstration served on the loopback, once a run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import Settings
from portal import seeds
from portal.journey.command import free_port, served
from tests.browser.eyes import CHROMIUM, FILES, QUIET, leaf, listen
from tests.conftest import SECRET
from workflow import looking
from workflow.models import db
from wsgi import create_app

ROOT = Path(__file__).parents[2]
PATIENCE = 30_000  # ms: how long a page may take on a machine that does other things as well, before a test calls it a failure
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser or its vendored files these tests say what is missing instead of failing one by one."""
    why = "needs Debian's chromium: make test installs it" if not Path(CHROMIUM).exists() else "" if (ROOT / "static/vendor/tabler.min.css").exists() else "needs static/vendor: make setup fills it"
    for item in items:
        if why and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class House:
    """The demonstration, served: `base` is its address. `enter("lin")` is a context in which she is signed in, kept for the whole run."""

    app: Flask
    base: str
    chromium: Browser
    accounts: list[dict[str, Any]]
    inside: dict[str, BrowserContext] = field(default_factory=dict)

    def context(self, script: bool = True, width: int = 1280) -> BrowserContext:
        context = self.chromium.new_context(
            base_url=self.base, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(PATIENCE)
        context.route(FILES, leaf)
        return context

    def enter(self, short: str, script: bool = True) -> BrowserContext:
        """A stranger's context for "", else that of the demonstration person whose sign-in begins so."""
        mark = f"{short}{'' if script else ' without scripts'}"
        if mark not in self.inside:
            context = self.context(script)
            if short:
                page = context.new_page()
                self.sign_in(page, short)
                page.close()
            self.inside[mark] = context
        return self.inside[mark]

    def account(self, short: str) -> dict[str, Any]:
        return next(a for a in self.accounts if a["sign_in"].startswith(f"{short}@"))

    def sign_in(self, page: Page, short: str) -> None:
        """Through the real forms, the six digits included. A code counts once: a second browser of the same person takes the next step's."""
        import time

        import pyotp

        account = self.account(short)
        page.goto("/sign-in")
        page.fill("#email", account["sign_in"])
        page.fill("input[type=password]", account["password"])
        page.locator("main form button.btn-primary").click()
        for ahead in (-1, 0, 1):
            if not page.url.split("?")[0].endswith("/sign-in/code"):
                break
            page.fill("input[autocomplete=one-time-code]", pyotp.TOTP(account["totp_secret"]).at(int(time.time()) + ahead * 30))
            page.locator("main form button.btn-primary").click()
        page.wait_for_load_state("load")  # a page closed while it gives way to the next is never closed
        assert "/sign-in" not in page.url, page.locator("main").inner_text()

    def ask(self, query: Any) -> list[Any]:
        """Rows straight from the database, for ids to look at."""
        with self.app.app_context():
            rows = [tuple(row) for row in db.session.execute(query).all()]
            db.session.remove()
        return rows


@pytest.fixture(scope="session")
def build(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], House]]:
    """build(True) serves a house of its own with a case at every stage, build(False) one with its people only."""
    import contextlib

    with contextlib.ExitStack() as stack:

        def make(cases: bool) -> House:
            folder, port = tmp_path_factory.mktemp("house"), free_port()
            base = f"http://127.0.0.1:{port}"
            plain = Settings(data_dir=folder, mode="testing", secret_key=SECRET, base_url=base, database_url=f"sqlite:///{folder / 'portal.db'}", files_url=f"file://{folder / 'files'}")
            app = create_app(replace(plain, keys_dir=folder / "keys", inline_jobs=True, port=port))
            with app.app_context(), pytest.MonkeyPatch.context() as patch:
                patch.setattr(looking, "CHECKS", {})
                upgrade()
                (seeds.load_demonstration if cases else seeds.load_people)()
                accounts = seeds.accounts()
                db.session.remove()
            stack.enter_context(served(app))
            house = House(app, base, chromium, accounts)
            stack.callback(lambda: [context.close() for context in house.inside.values()])
            return house

        yield make


@pytest.fixture(scope="session")
def house(build: Callable[[bool], House]) -> House:
    """The demonstration, to look at: tests that change it build their own."""
    return build(True)


@pytest.fixture(scope="session")
def empty_house(build: Callable[[bool], House]) -> House:
    return build(False)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    return listen(page)
