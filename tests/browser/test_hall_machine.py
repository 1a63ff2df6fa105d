"""The machine in a real browser: its camera, its keys, its hand scanner, and what it leaves of a person."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import House
from tests.browser.eyes import CHROMIUM, QUIET, listen
from tests.factories import granted_case
from tests.kiosk.test_check import picture_of
from workflow import machines
from workflow.models import PaperRow, Visit, db, writing
from workflow.papers import Paper


@pytest.fixture(scope="module")
def hall(build: Callable[[bool], House]) -> tuple[House, PaperRow]:
    """A house with one notice, and that notice."""
    house = build(False)
    with house.app.app_context():
        granted_case(passport_no="YB0041728")
        notice = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.NOTIFICATION)).one()
        db.session.expunge_all()
        db.session.remove()
    return house, notice


@pytest.fixture
def machine(hall: tuple[House, PaperRow]) -> Iterator[Page]:
    context = hall[0].context(width=1080)
    page = context.new_page()
    heard = listen(page)
    yield page
    context.close()
    assert heard == []


def film(text: str, folder: Path) -> Path:
    """A second of film in which a letter with the code lies a little askew, as Chromium's false camera plays it."""
    code = Image.open(io.BytesIO(picture_of(text))).convert("RGB").resize((420, 420)).rotate(6, expand=True, fillcolor="#e9e6df")
    scene = Image.new("RGB", (1280, 720), "#e9e6df")
    scene.paste(code, (410, 120))
    target = folder / "camera.y4m"
    head = b"YUV4MPEG2 W1280 H720 F10:1 Ip A1:1 C420jpeg\n"
    y, cb, cr = scene.convert("YCbCr").split()
    frame = b"FRAME\n" + y.tobytes() + cb.resize((640, 360)).tobytes() + cr.resize((640, 360)).tobytes()
    target.write_bytes(head + frame * 3)
    return target


@pytest.mark.skipif(not (Path(__file__).parents[2] / "static/vendor/zxing_reader.wasm").exists(), reason="needs static/vendor: make setup fills it")
@pytest.mark.parametrize("reader", ["in the browser", "on the server"])
def test_the_camera_reads_a_letter(hall: tuple[House, PaperRow], tmp_path: Path, reader: str) -> None:
    house, notice = hall
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film(notice.facts['qr_url'], tmp_path)}"]
    with house.chromium.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, *flags]) as browser:
        context = browser.new_context(base_url=house.base, permissions=["camera"], viewport={"width": 1080, "height": 1920})
        page = context.new_page()
        heard, frames = listen(page), []
        page.on("request", lambda r: frames.append(r.url) if r.url.endswith("/kiosk/frame") else None)
        if reader == "on the server":
            context.route("**/vendor/zxing_reader*", lambda route: route.abort())
        page.goto("/kiosk/scan?lang=zh_Hans_CN")
        page.wait_for_url("**/kiosk/result", timeout=30_000)
        expect(page.locator("#outcome")).to_contain_text("真实，有效")
        assert bool(frames) == (reader == "on the server")
        assert [h for h in heard if "ERR_FAILED" not in h and "zxing" not in h] == []


def test_without_a_camera_the_page_says_so_and_the_other_ways_stand(machine: Page) -> None:
    machine.goto("/kiosk/scan?lang=zh_Hans_CN")
    expect(machine.locator("[data-say=none]")).to_be_visible()
    expect(machine.get_by_text("输入编码").first).to_be_visible()


def test_the_hand_scanner_is_heard_wherever_the_focus_is(machine: Page, hall: tuple[House, PaperRow]) -> None:
    machine.goto("/kiosk/scan?lang=zh_Hans_CN")
    machine.keyboard.type(hall[1].facts["qr_url"])
    with machine.expect_navigation():
        machine.keyboard.press("Enter")
    expect(machine.locator("#outcome")).to_contain_text("真实，有效")


def test_the_code_can_be_typed_on_the_pad_alone(machine: Page, hall: tuple[House, PaperRow]) -> None:
    machine.goto("/kiosk/scan/type?lang=zh_Hans_CN")
    for sign in hall[1].ref:
        machine.locator(".keypad button", has_text=sign).first.click()
    assert machine.input_value("#code") == hall[1].ref
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    expect(machine.locator("#outcome")).to_contain_text("真实，有效")


def test_nothing_of_a_person_is_left_when_the_visit_ends(machine: Page, hall: tuple[House, PaperRow]) -> None:
    ref = hall[1].ref
    machine.goto("/kiosk/scan/type?lang=zh_Hans_CN")
    machine.fill("#code", ref)
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    machine.goto("/register")
    machine.fill("#name", "Giulia Anna Moretti")
    with machine.expect_navigation():
        machine.locator(".btn-stop").click()
    assert machine.url.endswith("/kiosk")
    assert machine.context.cookies() == []
    assert machine.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert machine.evaluate("caches.keys()") == []
    for _ in range(6):
        machine.go_back(wait_until="load")
        words = machine.locator("body").inner_text()
        assert "M******" not in words
        assert "MORETTI" not in words.upper()
        assert all("Giulia" not in (value or "") for value in machine.eval_on_selector_all("input", "all => all.map(i => i.value)"))


def test_the_machine_warns_and_then_clears_itself(machine: Page, hall: tuple[House, PaperRow]) -> None:
    machine.clock.install()
    machine.goto("/kiosk/scan/type?lang=zh_Hans_CN")
    machine.fill("#code", hall[1].ref)
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    machine.clock.run_for(31_000)
    expect(machine.locator("#idle-warning")).to_be_visible()
    machine.locator("#idle-warning button").click()
    expect(machine.locator("#idle-warning")).to_be_hidden()
    machine.clock.run_for(40_000)
    expect(machine.locator("#idle-warning")).to_be_visible()
    with machine.expect_navigation():
        machine.clock.run_for(25_000)
    assert machine.url.endswith("/kiosk")


def test_the_warning_takes_the_focus_and_gives_it_back(machine: Page, hall: tuple[House, PaperRow]) -> None:
    """A screen reader speaks what gets the focus; the key that answers must not press what had it before."""
    machine.clock.install()
    machine.goto("/kiosk/scan/type?lang=en")
    machine.locator("#code").focus()
    machine.clock.run_for(31_000)
    expect(machine.locator("#idle-warning button")).to_be_focused()
    machine.keyboard.press("Enter")
    expect(machine.locator("#idle-warning")).to_be_hidden()
    expect(machine.locator("#code")).to_be_focused()
    assert machine.url.endswith("/kiosk/scan/type?lang=en")


def test_a_touch_is_told_to_the_server(machine: Page, hall: tuple[House, PaperRow]) -> None:
    house, notice = hall
    machine.clock.install()
    machine.goto("/kiosk/scan/type?lang=zh_Hans_CN")
    machine.fill("#code", notice.ref)
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    with house.app.app_context(), writing() as rows:
        rows.execute(sa.update(Visit).values(seen_at=Visit.created_at))
    machine.clock.run_for(6_000)
    with machine.expect_response(lambda r: r.url.endswith("/still-here")) as told:
        machine.mouse.click(500, 300)
        machine.clock.run_for(6_000)
    assert told.value.status == 204


def test_the_hand_scanner_is_heard_on_the_first_page_too(machine: Page, hall: tuple[House, PaperRow]) -> None:
    machine.goto("/kiosk?lang=zh_Hans_CN")
    machine.keyboard.type(hall[1].facts["qr_url"])
    with machine.expect_navigation(url="**/kiosk/result"):
        machine.keyboard.press("Enter")
    expect(machine.locator("#outcome")).to_contain_text("真实，有效")


def test_an_enrolled_machine_keeps_its_key_and_nothing_of_a_person(machine: Page, hall: tuple[House, PaperRow]) -> None:
    house, notice = hall
    with house.app.app_context():
        code = machines.offer("东厅 1 号机")
        db.session.remove()
    with machine.expect_response(lambda r: r.url.endswith("/kiosk/pulse") and r.status == 204):
        machine.goto(f"/kiosk/enrol?code={code}")
        with machine.expect_navigation(url="**/kiosk/health"):
            machine.locator("main form .btn-primary").click()
    expect(machine.locator("h1")).to_have_text("东厅 1 号机")
    machine.goto("/kiosk/scan/type?lang=ja")
    machine.fill("#code", notice.ref)
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    with machine.expect_navigation():
        machine.locator(".btn-stop").click()
    assert machine.url.endswith("/kiosk")
    assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in machine.context.cookies()] == [("machine", True, "Strict")]
    assert machine.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert machine.evaluate("caches.keys()") == []


def test_no_field_at_the_machine_lets_the_browser_offer_what_another_typed(machine: Page, hall: tuple[House, PaperRow]) -> None:
    machine.goto("/kiosk/scan/type?lang=en")
    machine.fill("#code", hall[1].ref)
    with machine.expect_navigation():
        machine.locator("main form .btn-primary").click()
    for page in ("/kiosk/scan/type", "/register"):
        machine.goto(page)
        offered = machine.eval_on_selector_all("input:not([type=hidden]):not([type=file])", "all => all.filter(i => i.autocomplete !== 'off').map(i => i.name + '=' + i.autocomplete)")
        assert offered == [], page
        assert machine.eval_on_selector_all("img[src^='data:'], link[rel=prefetch], link[rel=prerender]", "all => all.length") == 0
