"""A large file over a line that breaks: in a real browser, with the network cut in the middle."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, Route, expect

from portal.journey import samples
from tests.browser.conftest import House
from tests.browser.eyes import faults, listen, off_the_side
from workflow.models import CaseMaterial

PARTS = re.compile(r"/parts/[^/]+$")
KIND = "degree"


def large(words: str) -> bytes:
    """A sound PDF of about a megabyte and a half, each with its own words."""
    with pikepdf.open(io.BytesIO(samples.sample_pdf(words))) as pdf:
        pdf.Root.Filling = pdf.make_indirect(pdf.make_stream(words.encode() + b" " * 1_500_000))
        kept = io.BytesIO()
        pdf.save(kept, compress_streams=False)
    return kept.getvalue()


class Sheet:
    """The sheet of the degree on a draft's page of attachments, and everything its script sends."""

    def __init__(self, house: House, page: Page, folder: Path):
        self.house, self.page, self.folder, self.sent = house, page, folder, []
        page.on("request", self._note)
        page.goto("/applications/new", wait_until="domcontentloaded")
        page.locator("main form[action='/applications/new'] button").first.click()
        page.wait_for_url(re.compile(r"/applications/\d+/"))
        self.case_id = int(re.findall(r"/applications/(\d+)", page.url)[0])
        self.open()

    def _note(self, request) -> None:
        if request.method in ("PATCH", "POST", "DELETE"):
            self.sent.append((request.method, "parts" if "/parts" in request.url else "form", int(request.headers.get("upload-offset", -1))))

    def open(self) -> None:
        self.page.goto(f"/applications/{self.case_id}/attachments", wait_until="domcontentloaded")
        expect(self.form.locator("input[type=file]")).to_be_visible()

    @property
    def form(self):
        return self.page.locator(f"#upload-{KIND}")

    @property
    def told(self):
        return self.form.locator(".told")

    def button(self, name: str):
        return self.form.locator(f"[data-do={name}]")

    def choose(self, *files: bytes) -> None:
        for n, each in enumerate(files):
            (self.folder / f"degree-{n}.pdf").write_bytes(each)
        self.form.locator("input[type=file]").set_input_files([self.folder / f"degree-{n}.pdf" for n in range(len(files))])

    def upload(self, *files: bytes) -> None:
        self.choose(*files)
        self.form.locator("button[value=upload]").click()

    def cut(self, after: int = 1) -> None:
        """Let so many pieces through; then every request of the parts fails as on a dead line."""
        self._stop_after(after, lambda route: route.abort("internetdisconnected"))

    def hold(self, after: int = 1) -> None:
        """Let so many pieces through; the next neither arrives nor fails, so that nothing happens until somebody acts."""
        self._stop_after(after, lambda route: None)

    def _stop_after(self, pieces: int, then: Callable[[Route], None]) -> None:
        met: list[str] = []

        def meet(route: Route) -> None:
            met.append(route.request.method)
            if met.count("PATCH") > pieces and route.request.method != "DELETE":
                then(route)
            else:
                route.continue_()

        self.page.route(PARTS, meet)

    def upload_until_held(self, data: bytes) -> None:
        """Choose and send; back when a piece has arrived and the next is on its way."""
        self.hold()
        with self.page.expect_request(lambda request: int(request.headers.get("upload-offset", 0)) > 0):
            self.upload(data)

    def mend(self) -> None:
        self.page.unroute(PARTS)

    def attached(self) -> list[str]:
        return sorted(row[0] for row in self.house.ask(CaseMaterial.__table__.select().with_only_columns(CaseMaterial.sha256).where(CaseMaterial.case_id == self.case_id)))

    def arrived(self, *files: bytes) -> None:
        expect(self.page.locator(f"#material-{KIND} .files a")).to_have_count(len(files))
        assert self.attached() == sorted(hashlib.sha256(each).hexdigest() for each in files)


@pytest.fixture
def sheet(empty_house: House, tmp_path: Path) -> Iterator[Callable[[], Sheet]]:
    pages: list[Page] = []

    def make() -> Sheet:
        page = empty_house.enter("lin").new_page()
        pages.append(page)
        return Sheet(empty_house, page, tmp_path)

    yield make
    for page in pages:
        page.wait_for_load_state("load")  # a page closed while it gives way to the next is never closed
        page.close()


def test_a_small_file_goes_in_one_post(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), samples.sample_pdf("small")
    lin.upload(data)
    lin.arrived(data)
    assert "parts" not in {way for _, way, _ in lin.sent}


def test_a_broken_line_costs_a_piece_and_the_file_goes_on_by_itself_when_it_is_back(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), large("broken")
    heard = listen(lin.page)
    lin.cut()
    lin.upload(data)
    expect(lin.told).to_contain_text("网络已中断")
    expect(lin.page.locator("#live")).to_contain_text("网络已中断")
    expect(lin.button("go")).to_be_focused()
    expect(lin.form.locator("progress")).not_to_have_js_property("value", 0)
    assert lin.attached() == []
    lin.mend()
    lin.page.evaluate("window.dispatchEvent(new Event('online'))")
    lin.arrived(data)
    offsets = [offset for method, _, offset in lin.sent if method == "PATCH"]
    assert offsets.count(0) == 1, "what had arrived was sent again"
    assert [said for said in heard if "ERR_INTERNET_DISCONNECTED" not in said] == []


def test_pause_and_go_on_by_keyboard_and_nothing_is_amiss_while_it_rests(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), large("paused")
    lin.upload_until_held(data)
    expect(lin.button("pause")).to_be_focused()
    lin.page.keyboard.press("Enter")
    expect(lin.told).to_contain_text("已暂停")
    expect(lin.button("go")).to_be_focused()
    assert faults(lin.page) == []
    assert off_the_side(lin.page) == []
    lin.mend()
    lin.page.keyboard.press("Enter")
    lin.arrived(data)


def test_after_the_page_was_opened_anew_the_same_file_goes_on_where_it_stopped(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), large("reloaded")
    lin.upload_until_held(data)
    lin.open()
    lin.mend()
    lin.sent.clear()
    lin.upload(data)
    lin.arrived(data)
    offsets = [offset for method, _, offset in lin.sent if method == "PATCH"]
    assert offsets
    assert 0 not in offsets, "what had arrived was sent again"


def test_an_answer_that_is_lost_is_asked_for_again_and_the_file_is_attached_once(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), large("lost answer")
    place = re.compile(rf"/attachments/{KIND}$")

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    lin.page.route(place, swallow)
    lin.upload(data)
    expect(lin.page.locator("[data-not-saved] button")).to_be_visible()
    assert len(lin.attached()) == 1
    lin.page.unroute(place)
    pieces = len([1 for method, *_ in lin.sent if method == "PATCH"])
    lin.page.locator("[data-not-saved] button").click()
    lin.arrived(data)
    assert len([1 for method, *_ in lin.sent if method == "PATCH"]) == pieces


def test_a_small_file_whose_sending_failed_goes_in_parts_the_next_time(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), samples.sample_pdf("second try")
    place = re.compile(rf"/attachments/{KIND}$")
    lin.page.route(place, lambda route: route.abort("connectionreset"))
    lin.upload(data)
    expect(lin.page.locator("[data-not-saved] button")).to_be_visible()
    lin.page.unroute(place)
    lin.page.locator("[data-not-saved] button").click()
    lin.arrived(data)
    assert ("PATCH", "parts", 0) in lin.sent


def test_two_files_at_once_and_one_that_is_too_large_is_told_before_a_byte_travels(sheet: Callable[[], Sheet]) -> None:
    lin, one, two = sheet(), large("one"), large("two")
    lin.upload(one, bytes(21 * 1024**2))
    expect(lin.told).to_contain_text("degree-1.pdf")
    expect(lin.told).to_contain_text("20 MB")
    assert "PATCH" not in {method for method, *_ in lin.sent}
    assert lin.attached() == []
    lin.upload(one, two)
    lin.arrived(one, two)


def test_a_file_given_up_is_not_sent_and_another_may_be_chosen(sheet: Callable[[], Sheet]) -> None:
    lin, data = sheet(), large("given up")
    lin.upload_until_held(data)
    with lin.page.expect_response(lambda response: response.request.method == "DELETE" and response.status == 204):
        lin.button("stop").click()
    expect(lin.form.locator("input[type=file]")).to_be_focused()
    expect(lin.form.locator("button[value=upload]")).to_be_visible()
    other = samples.sample_pdf("another")
    lin.upload(other)
    lin.arrived(other)
