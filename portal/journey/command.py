"""`flask journey`: the whole road over HTTP, or with --services every service of the menu, on a fresh database of its own, served on the loopback for the time of the walk."""

import shutil
import socket
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask_migrate import upgrade
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import seeds
from portal.journey import old_system
from portal.journey.browser import Amiss, Browser
from portal.journey.road import Road
from portal.journey.services import PEOPLE, Services
from workflow import ledger
from workflow.models import db


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The steps are told; every single request need not be."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of the loopback, in a thread; yield its address."""
    server = make_server("127.0.0.1", app.config["PORTAL"].port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)


def prepare(app: Flask) -> list[dict[str, Any]]:
    """Migrate an empty database and load the demonstration's people. Returns their accounts."""
    with app.app_context():
        upgrade()
        seeds.load_people()
        db.session.remove()
        return seeds.accounts()


def walk(app: Flask, out: Path, say: Callable[[str], None], *, services: bool = False) -> Road:
    """Walk the main road, or every service of the menu, through a served application; at the end every case file must be whole."""
    accounts = prepare(app)
    if services:
        with app.app_context():
            old_system.take_over(PEOPLE, out / "old-system")
            db.session.remove()
    with served(app) as address:
        road = (Services if services else Road)(lambda: Browser(address), accounts, out, say)
        road.walk()
    with app.app_context():
        wrong = list(ledger.verify())
        if wrong:
            raise Amiss(f"the case files are not whole: {wrong}")
        road.step(f"case files verified, {ledger.count()} lines")
        db.session.remove()
        db.engine.dispose()
    return road


@click.command("journey")
@click.option("--out", type=click.Path(path_type=Path), default=Path("journey-out"), help="Where papers and pictures are written.")
@click.option("--services", is_flag=True, help="Every service of the menu instead of the main road.")
def journey(out: Path, services: bool) -> None:
    """Walk the whole road through HTTP only: one case granted, one returned and corrected, one refused; or every service to its papers."""
    build = current_app.extensions["build"]
    shutil.rmtree(out, ignore_errors=True)
    with own_settings(current_app.config["PORTAL"]) as settings:
        try:
            road = walk(build(settings), out, click.echo, services=services)
        except Amiss as amiss:
            raise click.ClickException(str(amiss)) from amiss
    click.echo(f"{road.steps} steps. Papers and pictures: {out}")


@contextmanager
def own_settings(here: Any) -> Iterator[Any]:
    """The same configuration on a database, files, keys and a port of its own; all of it gone afterwards."""
    folder, port = Path(tempfile.mkdtemp(prefix="journey-")), free_port()
    url, name = f"sqlite:///{folder / 'portal.db'}", f"journey_{uuid.uuid4().hex[:12]}"
    postgres = here.database_url.startswith("postgresql")
    if postgres:
        _administer(here.database_url, f"CREATE DATABASE {name}")
        url = sa.make_url(here.database_url).set(database=name).render_as_string(hide_password=False)
    try:
        yield replace(
            here, data_dir=folder, port=port, base_url=f"http://127.0.0.1:{port}", files_url=f"file://{folder / 'files'}", keys_dir=folder / "keys",
            mode="testing", database_url=url, inline_jobs=True,
        )  # fmt: skip
    finally:
        if postgres:
            _administer(here.database_url, f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(folder, ignore_errors=True)


def _administer(url: str, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
