"""Pictures of the lobby for docs/credential.md: the machine, the check page and the card in three languages, each page on one sheet.

One walk at the machine (language, letter, identity, code, password, card) and one on a phone (check, sign-in, card, code of a minute, tracker);
each page is photographed in Chinese, English and Arabic before the walk goes on. Called by `python -m scripts.shots lobby`.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image
from playwright.sync_api import Browser, Page

from portal.journey import samples

LANGUAGES = ("zh_Hans_CN", "en", "ar")
MACHINE, PHONE = (1080, 1920), (390, 844)
WIDE, GAP, COLOURS = 390, 12, 96  # of a picture on its sheet, between two (px), in the palette
PASSWORD = "Torino-1990"  # noqa: S105 - of the demonstration's invented holder


@dataclass
class Album:
    """Pictures by the name of their sheet. `look` goes through the languages at the page where the walk stands."""

    page: Page
    pictures: dict[str, list[Image.Image]] = field(default_factory=dict)

    def look(self, name: str, before: Callable[[], object] | None = None) -> None:
        for tongue in LANGUAGES:
            self.page.goto(f"{self.page.url.split('?')[0].split('#')[0]}?lang={tongue}")
            if before:
                before()
            self.keep(name)

    def keep(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.pictures.setdefault(name, []).append(Image.open(io.BytesIO(self.page.screenshot())))


def take(browser: Browser, base: str, ids: dict[str, str]) -> dict[str, Image.Image]:
    """All sheets by name, in the palette of their file. `ids`: `ref` of a letter that nobody registered with, `number` of its permit."""
    sheets = dict[str, list[Image.Image]]()
    for size, walk in ((MACHINE, at_the_machine), (PHONE, on_a_phone)):
        context = browser.new_context(locale="en-GB", timezone_id="Asia/Shanghai", viewport={"width": size[0], "height": size[1]}, device_scale_factor=1)
        context.set_default_timeout(60_000)  # a machine that does other work too
        album = Album(context.new_page())
        walk(album, base, ids)
        sheets |= album.pictures
        context.close()
    return {name: sheet(pictures) for name, pictures in sheets.items()}


def at_the_machine(album: Album, base: str, ids: dict[str, str]) -> None:
    """The whole road to a card; ends at the machine's first page, with nothing left."""
    page = album.page
    page.goto(f"{base}/kiosk")
    album.look("machine-welcome")
    page.goto(f"{base}/kiosk/scan")
    album.look("machine-scan", lambda: page.locator("#reader [data-say=none]").wait_for())
    page.goto(f"{base}/kiosk/scan/type")
    page.fill("[name=code]", ids["ref"])
    press(page)
    album.look("machine-result")
    page.locator("a.btn-primary").click()
    page.wait_for_url("**/register")
    album.look("machine-identity", lambda: page.locator("[name=name]").focus())
    prove_identity(page)
    press(page)
    type_code(page, base)
    album.look("machine-password", lambda: page.locator("[name=password]").focus())
    choose_password(page)
    album.look("machine-card")
    page.locator(".foot button").click()
    page.wait_for_url("**/kiosk")


def on_a_phone(album: Album, base: str, ids: dict[str, str]) -> None:
    """A stranger checks the letter; the holder signs in, looks at the card and shows it."""
    page = album.page
    page.goto(f"{base}/v/{ids['ref']}")
    album.look("phone-check")
    page.goto(f"{base}/v/0000000000")
    album.look("phone-unknown")
    page.goto(f"{base}/card/sign-in")
    album.look("phone-sign-in")
    sign_in(page, base, ids["number"])
    album.look("phone-card")
    page.goto(f"{base}/card")
    page.locator("#card-face button").click()
    page.wait_for_load_state()
    album.look("phone-card-open")
    for tongue in LANGUAGES:  # the code is made by a press: its page has no address to come back to
        page.goto(f"{base}/card/show?lang={tongue}")
        press(page)
        album.keep("phone-show")


def hold(page: Page, base: str, ids: dict[str, str]) -> None:
    """Into the card of the letter: registered now, or signed in to where it is registered already. Ends on the card's face."""
    page.goto(f"{base}/register/{ids['ref']}")
    if not page.locator("[name=born-year]").count():
        page.goto(f"{base}/card/sign-in")
        return sign_in(page, base, ids["number"])
    prove_identity(page)
    press(page)
    type_code(page, base)
    choose_password(page)


def sign_in(page: Page, base: str, number: str) -> None:
    page.fill("[name=number]", number)
    page.fill("[name=password]", PASSWORD)
    press(page)
    type_code(page, base)


def choose_password(page: Page) -> None:
    for name in ("password", "again"):
        page.fill(f"[name={name}]", PASSWORD)
    press(page)


def prove_identity(page: Page) -> None:
    basic = samples.sample_answers()["basic"]
    page.fill("[name=name]", f"{basic['surname']} {basic['given_names']}")
    page.fill("[name=passport]", basic["passport_no"])
    for part, value in zip(("year", "month", "day"), basic["birth_date"].split("-"), strict=True):
        page.fill(f"[name=born-{part}]", value)


def type_code(page: Page, base: str) -> None:
    """The newest six digits of the demonstration's outbox."""
    letters = page.context.new_page()
    letters.goto(f"{base}/demonstration/outbox")
    code = re.findall(r"(?<!\d)\d{6}(?!\d)", letters.locator("main").inner_text())[0]
    letters.close()
    page.fill("[name=code]", code)
    press(page)


def press(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .btn-primary").first.click()


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """The languages side by side, as narrow as a phone, in few colours."""
    small = [picture.convert("RGB").resize((WIDE, picture.height * WIDE // picture.width), Image.Resampling.LANCZOS) for picture in pictures]
    whole = Image.new("RGB", (len(small) * WIDE + (len(small) - 1) * GAP, small[0].height), "#8a979f")
    for number, picture in enumerate(small):
        whole.paste(picture, (number * (WIDE + GAP), 0))
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)
