"""What a browser sees of a page: what axe finds, whether it runs off the side, what the console complains about."""

import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Error, Page, Route

from scripts.system import BROWSER

CHROMIUM = f"/usr/bin/{BROWSER}"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"]
FILES = re.compile(r"/(files|papers|intake|paper)/")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
ANSWERS = ("status of 409", "status of 410", "status of 422", "status of 403", "status of 404", "status of 429")  # the console says these of every page that refuses


@cache
def axe_source() -> str:
    """axe-core as package-lock.json pins it."""
    return (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text()


def listen(page: Page) -> list[str]:
    """What the browser's console complains about: a script that stumbled, something the policy blocked."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" and not any(answer in said.text for answer in ANSWERS) else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def leaf(route: Route) -> None:
    """A file shown inside a page is a plain sheet here: the browser's own viewer of PDF files is not ours, and this browser has none."""
    try:
        inside = route.request.resource_type == "document" and route.request.frame.parent_frame is not None
    except Error:  # the frame of a navigation that has only begun is not known: it is a page of its own
        inside = False
    if inside:
        route.fulfill(content_type="text/html; charset=utf-8", body='<!doctype html><html lang="zh-Hans"><title>文件</title><main><h1>文件</h1></main></html>')
    else:
        route.continue_()


def faults(page: Page) -> list[str]:
    """What axe finds with the whole page in view: a bar that sticks to the foot covers nothing then."""
    size = page.viewport_size or {"width": 1280}
    page.set_viewport_size({"width": size["width"], "height": min(page.evaluate("document.documentElement.scrollHeight"), 12000)})
    page.evaluate(axe_source())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for v in found for node in v["nodes"]]


def off_the_side(page: Page, width: int = 360) -> list[str]:
    """What makes a narrow page scroll sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    wide = page.evaluate("w => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 110)).slice(0, 4)", width)
    return [f"runs off the side at {width} px: {wide}"]
