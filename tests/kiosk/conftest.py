"""A visitor at the lobby door: opens pages, fills forms as the page offers them, token included."""

import re
from datetime import datetime, timedelta
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import granted_case
from workflow import clock
from workflow.models import Message, PaperRow, db
from workflow.papers import Paper

HTML = "{http://www.w3.org/1999/xhtml}"
HOLDER = {"name": "Giulia Anna Moretti", "passport": "YB0041728", "born-year": "1990", "born-month": "3", "born-day": "14"}
PASSWORD = "Torino-1990"


class Visitor:
    """A browser without JavaScript. `page` is the last answer's HTML, `status` its code, `path` where it ended."""

    def __init__(self, app: Flask):
        self.app, self.client = app, app.test_client()
        self.page, self.status, self.path, self.answer = "", 0, "", None

    def open(self, path: str, **given: Any) -> "Visitor":
        return self.asks("GET", path, **given)

    def send(self, action: str, **values: Any) -> "Visitor":
        """Submit the page's form with this action; its hidden inputs go along."""
        form = next((f for f in self.tree().iter(f"{HTML}form") if f.get("action") == action), None)
        assert form is not None, f"no form to {action} in {self.path}"
        fields = {i.get("name"): i.get("value") or "" for i in form.iter(f"{HTML}input") if i.get("name") and i.get("type") != "file"}
        return self.asks("POST", action, data=fields | values)

    def post(self, path: str, data: dict[str, Any]) -> "Visitor":
        return self.asks("POST", path, data={"csrf_token": self.token()} | data)

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert found, "no form on this page"
        return found.group(1)

    def tree(self):
        return html5lib.parse(self.page)

    def asks(self, method: str, path: str, follow: bool = True, **given: Any) -> "Visitor":
        """In a context of its own: what a request notes in `g` must not reach the next, as it does not in a server."""
        with self.app.app_context():
            answer = self.client.open(path, method=method, follow_redirects=follow, **given)
        db.session.rollback()
        self.answer, self.page, self.status, self.path = answer, answer.get_data(as_text=True), answer.status_code, answer.request.path
        if answer.mimetype == "text/html" and self.page:
            _sound(self.page, self.path)
        return self


def _sound(page: str, path: str) -> None:
    """Every page any test fetches: valid HTML5, one h1, a title, no id twice, every control with its label."""
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(page)
    assert not parser.errors, (path, parser.errors[:3])
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), (path, [i for i in ids if ids.count(i) > 1])
    assert len(list(tree.iter(f"{HTML}h1"))) == 1, path
    assert "".join(next(tree.iter(f"{HTML}title")).itertext()).strip(), path
    labels = {e.get("for") for e in tree.iter(f"{HTML}label")}
    for control in tree.iter(f"{HTML}input"):
        assert control.get("type") in ("hidden", "submit") or control.get("id") in labels, (path, control.attrib)
    assert not any(e.get("style") or any(name.startswith("on") for name in e.attrib) for e in tree.iter()), path
    assert "%(" not in page, path


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def another(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def notice(app: Flask) -> PaperRow:
    """Giulia Anna Moretti's notice, just granted."""
    return notice_of(granted_case(passport_no="YB0041728"))


def notice_of(case: Any) -> PaperRow:
    return next(paper for paper in case.papers if paper.kind is Paper.NOTIFICATION)


def last_code() -> str:
    """What the entrant reads on the phone."""
    db.session.rollback()
    row = db.session.scalars(sa.select(Message).where(Message.msgid.startswith("Your code is")).order_by(Message.id.desc()).limit(1)).first()
    assert row is not None, "no code was sent"
    return str(row.values["code"])


def registered(visitor: Visitor, ref: str, holder: dict[str, str] = HOLDER, password: str = PASSWORD) -> Visitor:
    """The whole road on a phone."""
    visitor.open(f"/register/{ref}").send(f"/register/{ref}", **holder)
    visitor.send("/register/code", code=last_code())
    return visitor.send("/register/password", password=password, again=password)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch):
    """later(minutes=31) puts the house's clock forward."""
    real, shift = clock.now, [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: real() + shift[0])

    def move(**by: float) -> datetime:
        shift[0] += timedelta(**by)
        return clock.now()

    return move
