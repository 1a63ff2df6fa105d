"""Pictures of the screens for the README and the docs: `python -m scripts.shots [NAME …]` → docs/pictures/<name>.png. `lobby` names the sheets of scripts/lobby_shots.py.

Starts the house on a folder of its own, fills it with the demonstration, signs in as the people of that demonstration
and photographs the pages of the table below with Debian's chromium. A page that does not answer 200 is named and fails.
"""

import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import lobby_shots, system
from scripts.environment import ROOT
from scripts.postgres import free_port
from scripts.serve import flask, make_ready, wait_until_up
from workflow.services import MENUS

PICTURES = ROOT / "docs" / "pictures"
START_S = 60


@dataclass(frozen=True)
class Shot:
    """One picture: who looks (the sign-in before the @, empty for a stranger), where, and the window (px). `path` may hold {draft}, {filed}, {photo}, {residence}, {ref}.

    `holder`: taken by the entrant, signed in to the card of the letter. `press`: buttons pressed before, where they are there, by their selector.
    Pictures of the same name stand side by side on one sheet, ACROSS in a row.
    """

    name: str
    who: str
    path: str
    width: int = 1440
    height: int = 900
    holder: bool = False
    press: str = ""


TABLE = (
    Shot("employer-home", "lin", "/applications/mine"),
    *(Shot("services", "lin", f"/applications/new/{menu.path}", 1180, 1000) for menu in MENUS.values()),
    Shot("appointment", "lin", "/applications/{joint}/appointment"),
    Shot("filing", "lin", "/applications/{draft}/sections/application?check=1"),
    Shot("photo-findings", "lin", "/applications/{draft}/attachments#material-photo"),
    Shot("passport-differences", "lin", "/applications/{draft}/sections/basic"),
    Shot("review-case", "zhou", "/review/{filed}?part=basic&file={photo}"),
    Shot("counter", "huang", "/window/{residence}", press="form[action$='/open'] button"),
    Shot("kiosk", "", "/kiosk", 1080, 1920),
    Shot("check", "", "/v/{ref}", 390, 844),
    Shot("card", "", "/card", 390, 844, holder=True),
)
ACROSS, NARROW, GAP = 3, 640, 16  # pictures in a row of a sheet, the width of each, the space between (px)
LARGEST = 400_000  # bytes a picture; the README is read over slow lines too


def chromium() -> str:
    """Debian's browser; SystemExit names the package when there is none."""
    return shutil.which(system.BROWSER) or sys.exit(f"{system.BROWSER} is not installed (make test installs it).")


def sign_in(page: Page, base: str, account: dict[str, str]) -> None:
    """Type what the account needs into the fields that say, by their autocomplete, what they are for."""
    page.goto(f"{base}/sign-in")
    page.fill("input[autocomplete~=username]", account["sign_in"])
    page.fill("input[type=password]", account["password"])
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    code = page.locator("input[autocomplete=one-time-code]")
    page.wait_for_load_state()
    if account.get("totp_secret") and code.count():
        code.fill(pyotp.TOTP(account["totp_secret"]).now())
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
        page.wait_for_load_state()


def known(environ: dict[str, str]) -> dict[str, str]:
    """Ids of the fresh demonstration that the addresses of the table speak of."""
    with sqlite3.connect(Path(environ["DATA_DIR"]) / "portal.db") as database:
        one = lambda query: str(database.execute(query).fetchone()[0])  # noqa: E731 - five times the same word
        return {
            "draft": one("SELECT min(id) FROM permit_case WHERE state = 'draft'"),
            "filed": one("SELECT min(id) FROM permit_case WHERE state = 'preliminary_review'"),
            "photo": one("SELECT id FROM case_material WHERE kind = 'photo' AND case_id = (SELECT min(id) FROM permit_case WHERE state = 'preliminary_review')"),
            "joint": one("SELECT min(case_id) FROM residence WHERE joint"),
            "residence": one("SELECT min(id) FROM residence"),
            "number": one("SELECT person.permit_number FROM paper JOIN permit ON permit.id = paper.permit_id JOIN person ON person.id = permit.person_id WHERE paper.kind = 'notification' ORDER BY paper.id LIMIT 1"),
            "ref": one("SELECT ref FROM paper WHERE kind = 'notification' ORDER BY id LIMIT 1"),
        }


def take(browser: Browser, base: str, shots: list[Shot], accounts: list[dict[str, str]], ids: dict[str, str]) -> list[str]:
    """Take all pictures, one signed-in context a person; the failures, a line each."""
    failures, taken = [], dict[str, list[Image.Image]]()
    for who, holder in dict.fromkeys((shot.who, shot.holder) for shot in shots):
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1)
        page = context.new_page()
        if who:
            sign_in(page, base, next(row for row in accounts if row["sign_in"].startswith(f"{who}@")))
        if holder:
            lobby_shots.hold(page, base, ids)
        for shot in (shot for shot in shots if (shot.who, shot.holder) == (who, holder)):
            page.set_viewport_size({"width": shot.width, "height": shot.height})
            answer = page.goto(base + shot.path.format(**ids))
            if answer is None or answer.status != 200 or (who and "/sign-in" in page.url):
                failures.append(f"{shot.name}: {shot.path} answered {answer.status if answer else 'nothing'} at {page.url}")
                continue
            if shot.press and page.locator(shot.press).count():
                with page.expect_navigation():
                    page.locator(shot.press).first.click()
            page.wait_for_load_state("networkidle")  # pictures that load late
            taken.setdefault(shot.name, []).append(Image.open(io.BytesIO(page.screenshot())))
        context.close()
    for name, pictures in taken.items():
        keep(pictures[0] if len(pictures) == 1 else sheet(pictures), name)
    return failures


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Several pictures of one size, made narrow, in rows."""
    small = [picture.convert("RGB").resize((NARROW, picture.height * NARROW // picture.width), Image.Resampling.LANCZOS) for picture in pictures]
    rows, high = -(-len(small) // ACROSS), small[0].height
    whole = Image.new("RGB", (ACROSS * NARROW + (ACROSS - 1) * GAP, rows * high + (rows - 1) * GAP), "#ffffff")
    for number, picture in enumerate(small):
        whole.paste(picture, (number % ACROSS * (NARROW + GAP), number // ACROSS * (high + GAP)))
    return whole


def draw_notification(browser: Browser, base: str, accounts: list[dict[str, str]], ids: dict[str, str]) -> None:
    """The first page of the Notification as it leaves the office."""
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, base, next(row for row in accounts if row["role"] == "handler"))
    page.goto(f"{base}/applications/papers")
    row = page.locator("main tr", has_text=re.compile(r"-TZ-")).first
    answer = context.request.get(base + str(row.locator("a[href*='/papers/']").first.get_attribute("href")))
    keep(pypdfium2.PdfDocument(answer.body())[0].render(scale=110 / 72).to_pil(), "notification")
    context.close()


def keep(picture: Image.Image, name: str) -> None:
    """As a PNG; of 256 colours only where it would be too large otherwise. A picture that has a palette keeps it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    (picture if picture.mode == "P" else picture.convert("RGB")).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"  {path.name} {path.stat().st_size // 1000} kB", flush=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} is larger than {LARGEST // 1000} kB.")


def main(names: list[str]) -> int:
    """All pictures, or those named. 0 when every one was taken."""
    shots = [shot for shot in TABLE if not names or shot.name in names]
    with tempfile.TemporaryDirectory(prefix="shots-") as folder:
        port = free_port()
        environ = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "MODE": "demonstration", "INLINE_JOBS": "1"}
        for personal in ("DATABASE_URL", "FILES_URL", "KEYS_DIR", "BASE_URL"):
            environ.pop(personal, None)
        make_ready(environ)
        accounts = json.loads(subprocess.run(flask("accounts", "demo", "--json"), cwd=ROOT, env=environ, check=True, capture_output=True).stdout)
        server = subprocess.Popen([str(Path(sys.executable).parent / "gunicorn"), "wsgi:app"], cwd=ROOT, env=environ)
        try:
            if not wait_until_up(port, START_S, server):
                print("The server did not come up.", file=sys.stderr)
                return 1
            time.sleep(1)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"] if os.geteuid() == 0 else [])
                base, ids = f"http://127.0.0.1:{port}", known(environ)
                sheets = lobby_shots.take(browser, base, ids) if not names or "lobby" in names else {}  # first: it registers the card
                failures = take(browser, base, shots, accounts, ids)
                if not names or "notification" in names:
                    draw_notification(browser, base, accounts, ids)
                for name, picture in sheets.items():
                    keep(picture, name)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
