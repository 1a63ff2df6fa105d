"""Pictures of the screens for the README: `python -m scripts.shots [NAME …]` → docs/shots/<name>.png.

Starts the house on a folder of its own, fills it with the demonstration, signs in as the people of that demonstration
and photographs the pages of the table below with Debian's chromium. A page that does not answer 200 is named and fails.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.environment import ROOT
from scripts.postgres import free_port
from scripts.serve import flask, make_ready, wait_until_up

SHOTS = ROOT / "docs" / "shots"
START_S = 60


@dataclass(frozen=True)
class Shot:
    """One picture: who looks (the sign-in before the @, empty for a stranger), where, and how wide the window is (px)."""

    name: str
    who: str
    path: str
    width: int = 1440


TABLE = (
    Shot("sign-in", "", "/sign-in"),
    Shot("check", "", "/v", 1280),
    Shot("check-phone", "", "/v", 360),
    Shot("employer-home", "lin", "/"),
    Shot("employer-home-360", "lin", "/", 360),
    Shot("filing-doors", "lin", "/applications/new"),
    Shot("employer-cases", "lin", "/applications/mine"),
    Shot("review-preliminary", "zhou", "/review/preliminary"),
    Shot("review-examination", "qin", "/review/examination"),
    Shot("review-decision", "wei", "/review/decision"),
    Shot("window", "huang", "/window/"),
    Shot("residence", "luo", "/residence/"),
)


def chromium() -> str:
    """Debian's browser; SystemExit names the package when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sys.exit("chromium is not installed (make test installs it).")


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


def take(browser: Browser, base: str, shots: list[Shot], accounts: list[dict[str, str]]) -> list[str]:
    """Take all pictures, one signed-in context a person; the failures, a line each."""
    failures = []
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", device_scale_factor=1)
        page = context.new_page()
        if who:
            sign_in(page, base, next(row for row in accounts if row["sign_in"].startswith(f"{who}@")))
        for shot in (shot for shot in shots if shot.who == who):
            page.set_viewport_size({"width": shot.width, "height": 900 if shot.width > 500 else 740})
            answer = page.goto(base + shot.path)
            if answer is None or answer.status != 200 or (who and "/sign-in" in page.url):
                failures.append(f"{shot.name}: {shot.path} answered {answer.status if answer else 'nothing'} at {page.url}")
                continue
            page.screenshot(path=SHOTS / f"{shot.name}.png", full_page=True)
            print(f"  {shot.name}.png", flush=True)
        context.close()
    return failures


def main(names: list[str]) -> int:
    """All pictures, or those named. 0 when every one was taken."""
    shots = [shot for shot in TABLE if not names or shot.name in names]
    SHOTS.mkdir(parents=True, exist_ok=True)
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
                failures = take(browser, f"http://127.0.0.1:{port}", shots, accounts)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
