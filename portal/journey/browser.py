"""A browser without a screen: opens pages, fills in their forms and sends them as a person's would, hidden fields and tokens included.

    b = Browser(app.test_client())  or  Browser("http://127.0.0.1:8000")
    b.sign_in("zhou@sz.example", password, totp_secret)
    b.get("/review/preliminary"); b.follow("SZ-2026-000001")
    b.submit({"reason": "…"}, button="decline")            the form of the page that has this field and this button
    b.submit(files={"file": ("passport.pdf", data, "application/pdf")}, form="material-passport")
    b.page.status, b.page.h1, b.page.problems, b.page.main, b.page.body

Without expect= any status is taken; `expect=200` raises Amiss with what the page says. `raw=` adds or replaces pairs no page would offer.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pyotp

from portal.journey.page import Amiss, Form, Page, Pair, words
from portal.journey.transport import Http, Inside, Transport

__all__ = ["Amiss", "Browser", "Form", "Page", "words"]

File = tuple[str, bytes, str]


class Browser:
    """`transport`: a Flask test client, a base URL, or anything with `send`. `judge` sees every page of HTML that arrives and raises where it is not sound."""

    page: Page

    def __init__(self, transport: Any, language: str = "zh-CN", judge: Callable[[Page], None] | None = None):
        self.transport: Transport = transport if hasattr(transport, "send") else Http(transport) if isinstance(transport, str) else Inside(transport)
        self.language, self.judge = language, judge

    def get(self, url: str, *, expect: int | None = None, headers: Mapping[str, str] | None = None, follow: bool = True) -> Page:
        return self.send("GET", url, expect=expect, headers=headers, follow=follow)

    def fragment(self, url: str, target: str = "", **options: Any) -> Page:
        """GET as htmx would."""
        return self.send("GET", url, headers=htmx(target), **options)

    def follow(self, link: str, *, expect: int | None = 200) -> Page:
        """Press the link with these words (or a part of them, or an address that matches)."""
        return self.get(self.page.link(link), expect=expect)

    def submit(
        self, values: Mapping[str, Any] | None = None, *, form: str | Form | None = None, button: str | None = None, files: Mapping[str, File | list[File]] | None = None,
        raw: Mapping[str, Any] | None = None, expect: int | None = None, headers: Mapping[str, str] | None = None, follow: bool = True,
    ) -> Page:  # fmt: skip
        """Fill in a form of this page and press its button. `form`: its id or a part of its action; else the first with these fields and this button."""
        values, files = values or {}, files or {}
        found = form if isinstance(form, Form) else self.page.form(form, [*values, *files], button)
        pressed = found.button(button)
        pairs = found.pairs(values, pressed)
        for name, value in (raw or {}).items():
            pairs = [p for p in pairs if p[0] != name] + [(name, str(v)) for v in (value if isinstance(value, list) else [value])]
        action = urljoin(self.page.url, (pressed.get("formaction") if pressed is not None else None) or found.action)
        if ((pressed.get("formmethod") if pressed is not None else None) or found.method) == "get":
            return self.get(f"{action.partition('#')[0].partition('?')[0]}?{urlencode(pairs)}", expect=expect, headers=headers, follow=follow)
        body, kind = encode(pairs, _files(found, files)) if found.multipart else (urlencode(pairs).encode(), "application/x-www-form-urlencoded")
        return self.send("POST", action, body, {"Content-Type": kind, **(headers or {})}, expect=expect, follow=follow)

    def post(self, url: str, values: Mapping[str, Any] | Iterable[Pair], *, expect: int | None = None, headers: Mapping[str, str] | None = None, follow: bool = True) -> Page:
        """Send what no page offered (tests of refusals). The token is taken from the page one stands on, if it has one."""
        pairs = list(values.items()) if isinstance(values, Mapping) else list(values)
        token = self.token
        if token and "csrf_token" not in dict(pairs):
            pairs.append(("csrf_token", token))
        return self.send("POST", url, urlencode(pairs, doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}, expect=expect, follow=follow)

    @property
    def token(self) -> str:
        page = getattr(self, "page", None)
        return next((f.hidden["csrf_token"] for f in page.forms if "csrf_token" in f.hidden), "") if page is not None and page.is_html else ""

    def send(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, expect: int | None = None, follow: bool = True
    ) -> Page:
        trail: list[str] = []
        for _ in range(10):
            target = self._target(url)
            sent = {"Accept": "text/html", "Accept-Language": self.language, **(headers or {})}
            if getattr(self, "page", None) is not None:
                sent.setdefault("Referer", self.transport.origin + self.page.url)
            if method not in ("GET", "HEAD"):
                sent.setdefault("Origin", self.transport.origin)
            answer = self.transport.send(method, target, sent, body)
            trail.append(f"{method} {target} {answer.status}")
            page = Page(target, answer, trail)
            if not (follow and answer.status in (301, 302, 303, 307, 308) and "location" in answer.headers):
                break
            url = urljoin(self.transport.origin + target, answer.headers["location"])
            if answer.status in (301, 302, 303):
                method, body, headers = "GET", b"", {k: v for k, v in (headers or {}).items() if k != "Content-Type"}
        else:
            raise Amiss(f"redirected in circles: {trail}")
        page.is_fragment = "HX-Request" in (headers or {})
        if self.judge is not None and page.is_html and page.body and "location" not in page.headers:
            self.judge(page)
        if page.is_html and not page.is_fragment:  # a download or a fragment leaves one where one stands
            self.page = page
        if expect is not None and page.status != expect:
            said = f"{page.h1}: {' | '.join(page.problems) or page.main[:600]}" if page.is_html else page.body[:300].decode("utf-8", "replace")
            raise Amiss(f"{' → '.join(trail)}: expected {expect}. {said}")
        return page

    def _target(self, url: str) -> str:
        """Path and query of an address on this host; another host is never asked."""
        here = getattr(self, "page", None)
        parts = urlsplit(urljoin(self.transport.origin + (here.url if here is not None else "/"), url))
        if f"{parts.scheme}://{parts.netloc}" != self.transport.origin:
            raise Amiss(f"{url} leads away from {self.transport.origin}")
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def sign_in(self, sign_in: str, password: str, totp_secret: str | None = None) -> "Browser":
        """Through the real forms. A TOTP code counts once, so the second sign-in within a step uses the next step's code, or waits for one."""
        self.get("/sign-in", expect=200)
        self.submit({"email": sign_in, "password": password})
        if self.page.path == "/sign-in/code":
            totp = pyotp.TOTP(totp_secret or "")
            for attempt, ahead in enumerate((-1, 0, 1, 1)):
                if attempt == 3:
                    time.sleep(totp.interval - time.time() % totp.interval + 0.2)
                self.submit({"code": totp.at(int(time.time()) + ahead * totp.interval)})
                if self.page.path != "/sign-in/code":
                    break
        if self.page.path.startswith("/sign-in") and self.page.path != "/sign-in/typed":
            raise Amiss(f"{sign_in} could not sign in: {self.page.status} {self.page.problems}")
        return self

    def sign_out(self) -> Page:
        if not any(f.action == "/sign-out" for f in self.page.forms):
            self.get("/account")
        return self.submit(form="/sign-out")


def htmx(target: str = "") -> dict[str, str]:
    """The headers of a request by htmx."""
    return {"HX-Request": "true", **({"HX-Target": target} if target else {})}


def _files(form: Form, files: Mapping[str, File | list[File]]) -> list[tuple[str, File]]:
    """Every file field is sent: an empty one as a part without name and bytes, as browsers do."""
    given = {form.name_of(name): (value if isinstance(value, list) else [value]) for name, value in files.items()}
    fields = [e.get("name", "") for e in form.controls if e.tag == "input" and e.get("type") == "file" and e.get("name")]
    return [(name, file) for name in fields for file in given.get(name, [("", b"", "application/octet-stream")])]


def encode(pairs: Iterable[Pair], files: Iterable[tuple[str, File]]) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    edge = uuid.uuid4().hex
    out = bytearray()
    for name, value in pairs:
        out += f'--{edge}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'.encode() + value.encode() + b"\r\n"
    for name, (filename, content, kind) in files:
        out += f'--{edge}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\nContent-Type: {kind}\r\n\r\n'.encode() + content + b"\r\n"
    out += f"--{edge}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={edge}"


def _quoted(text: str) -> str:
    return text.replace("\r\n", "%0D%0A").replace("\n", "%0A").replace('"', "%22")
