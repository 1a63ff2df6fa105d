"""A visitor at the lobby door: opens pages, fills forms as the page offers them, token included."""

import re
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from tests import conftest as house
from tests.factories import granted_case
from tests.pages import faults
from workflow import clock
from workflow.models import Case, Message, PaperRow, db
from workflow.papers import Paper
from wsgi import create_app

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
        self.answer, self.page, self.status, self.path = answer, answer.get_data().decode(errors="replace"), answer.status_code, answer.request.path
        if answer.mimetype == "text/html" and self.page and "Location" not in answer.headers:
            said = faults(self.page)
            assert not said, (self.path, said)
        return self


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def another(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture(scope="session")
def granted(template: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The run's template once more, with Giulia Anna Moretti's permit granted in it: (folder with files and keys, its address)."""
    folder, name = tmp_path_factory.mktemp("granted"), f"granted_{uuid.uuid4().hex[:12]}"
    if house.POSTGRES:
        house._administer(f"CREATE DATABASE {name} TEMPLATE {template[1]}")
    else:
        shutil.copy(template[0] / "portal.db", folder / "portal.db")
    app = create_app(house._settings(folder, house._named(name) if house.POSTGRES else f"sqlite:///{folder / 'portal.db'}"))
    with app.app_context():
        granted_case(passport_no="YB0041728")
        db.session.remove()
        if not house.POSTGRES:
            with db.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.engine.dispose()
    yield folder, name
    if house.POSTGRES:
        house._administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(tmp_path: Path, granted: tuple[Path, str]) -> Iterator[Settings]:
    """Granting takes seconds, copying does not: every test of the lobby begins where the entrant does."""
    folder, name = granted
    for part in ("files", "keys"):
        shutil.copytree(folder / part, tmp_path / part)
    if not house.POSTGRES:
        shutil.copy(folder / "portal.db", tmp_path / "portal.db")
        yield house._settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}")
        return
    own = f"t_{uuid.uuid4().hex[:16]}"
    house._administer(f"CREATE DATABASE {own} TEMPLATE {name}")
    yield house._settings(tmp_path, house._named(own))
    house._administer(f"DROP DATABASE {own} WITH (FORCE)")


@pytest.fixture
def notice(app: Flask) -> PaperRow:
    """Giulia Anna Moretti's notice, just granted."""
    return notice_of(db.session.scalars(sa.select(Case)).one())


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
