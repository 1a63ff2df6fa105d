"""The house for a test: a database of its own, filled with the demonstration's people; jobs run at once.

TEST_DATABASE_URL (PostgreSQL) runs the same tests there; each test gets a schema of its own.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from portal import seeds
from workflow.models import User, db
from wsgi import create_app


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    url = os.environ.get("TEST_DATABASE_URL", "")
    schema = f"t{uuid.uuid4().hex[:12]}"
    if url:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield Settings(
        data_dir=tmp_path, mode="testing", secret_key="a secret for tests, thirty-two characters long", base_url="http://portal.example",
        database_url=f"{url}?options=-csearch_path%3D{schema}" if url else f"sqlite:///{tmp_path / 'portal.db'}",
        files_url=f"file://{tmp_path / 'files'}", keys_dir=tmp_path / "keys", inline_jobs=True,
    )  # fmt: skip
    if url:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        engine.dispose()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        seeds.load_demonstration()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def who(app: Flask):
    """A demonstration person by the part of the sign-in before the @: who("lin") is the handler Lin."""
    return lambda short: db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()
