"""The house for a test: a database of its own, filled with the demonstration's people; jobs run at once.

The database is migrated and filled once a run and copied for every test. TEST_DATABASE_URL (PostgreSQL) runs the same tests there.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from config import Settings
from portal import seeds
from workflow import looking, passwords
from workflow.models import User, db
from wsgi import create_app

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
SECRET = "a secret for tests, thirty-two characters long"
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # a test signs in a thousand times; strength is held by its own test
os.fsync = lambda _fd: None  # what a test writes need not outlive the machine
_compile_builder = Rule._compile_builder


def _compiled_when_asked(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Werkzeug compiles a builder of addresses for every rule of every application: two hundred a test, of which it asks for ten."""
    made: list[Callable[..., tuple[str, str]]] = []

    def build(_rule: Rule, **values: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile_builder(rule, append_unknown).__get__(rule, None))
        return made[0](**values)

    return build


Rule._compile_builder = _compiled_when_asked  # type: ignore[method-assign]
_first: list[sa.Engine] = []


def _share_statements(engine: sa.Engine) -> None:
    """Every test has an engine of its own: what SQLAlchemy compiled for the first serves all. Compiled statements are kept by dialect, so that is shared too."""
    if not _first:
        engine._compiled_cache = sa.util.LRUCache(5000)
        _first.append(engine)
    engine.dialect, engine._compiled_cache = _first[0].dialect, _first[0]._compiled_cache


def _settings(folder: Path, database_url: str) -> Settings:
    return Settings(
        data_dir=folder, mode="testing", secret_key=SECRET, base_url="http://portal.example", database_url=database_url,
        files_url=f"file://{folder / 'files'}", keys_dir=folder / "keys", inline_jobs=True,
    )  # fmt: skip


def _named(database: str) -> str:
    return sa.make_url(POSTGRES).set(database=database).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


FIRST = ("portal/test_every_service.py", "portal/test_whole_road.py", "workflow/test_services_walk.py", "workflow/test_cutover_killed.py")
LAST = ("browser/test_axe.py", "browser/test_journey.py", "browser/test_components.py", "browser/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that neither worker waits for one at the end; the browser's last, longest first: its loop stays turning in the worker that began it."""

    def place(item: pytest.Item) -> int:
        where = item.path.relative_to(Path(__file__).parent).as_posix()
        last = next((n for n, each in enumerate(LAST, 1) if where.startswith(each)), 0)
        return last or (-1 if where in FIRST else 0)

    items.sort(key=place)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A migrated database with the demonstration's people: (folder with its files and keys, its address)."""
    folder = tmp_path_factory.mktemp("template")
    name = f"template_{uuid.uuid4().hex[:12]}"
    if POSTGRES:
        _administer(f"CREATE DATABASE {name}")
    url = _named(name) if POSTGRES else f"sqlite:///{folder / 'portal.db'}"
    app = create_app(_settings(folder, url))
    with app.app_context():
        upgrade()
        seeds.load_people()
        _share_statements(db.engine)
        db.session.remove()
        if not POSTGRES:
            with db.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.engine.dispose()
    yield folder, name
    if POSTGRES:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _nobody_looks_into_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look into a photo costs half a second, into a passport two: only tests about looking do (monkeypatch looking.CHECKS back to looks.CHECKS)."""
    monkeypatch.setattr(looking, "CHECKS", {})


@pytest.fixture
def settings(tmp_path: Path, template: tuple[Path, str]) -> Iterator[Settings]:
    folder, name = template
    if not POSTGRES:
        shutil.copy(folder / "portal.db", tmp_path / "portal.db")
        yield _settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}")
        return
    own = f"t_{uuid.uuid4().hex[:16]}"
    _administer(f"CREATE DATABASE {own} TEMPLATE {name}")
    yield _settings(tmp_path, _named(own))
    _administer(f"DROP DATABASE {own} WITH (FORCE)")


def _no_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    """Nor what it writes to SQLite, which hands it to the system and goes on."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once a run: every test has an application of its own, which would compile them all anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled
    with app.app_context():
        _share_statements(db.engine)
        if not POSTGRES:
            sa.event.listen(db.engine, "connect", _no_waiting_for_the_disk)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Flask]:
    """A house without a database yet, for tests of set-up and migration on SQLite."""
    app = create_app(replace(_settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}")))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def who(app: Flask):
    """A demonstration person by the part of the sign-in before the @: who("lin") is the handler Lin."""
    return lambda short: db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()
