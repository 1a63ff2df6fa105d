"""Commands of the lobby. `flask --app wsgi kiosk --help` lists them."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from kiosk.check.reading import OURS
from workflow import machines
from workflow.engine import Refused
from workflow.models import Machine, db
from workflow.reading import scanner


@click.group("kiosk")
def kiosk_cli() -> None:
    """The machines in the hall, and what they read."""


@kiosk_cli.command("decode")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--why", is_flag=True, help="Also say why nothing was read.")
def decode(files: tuple[Path, ...], why: bool) -> None:
    """Read the code in each of FILES (pictures, PDF files, or folders of them): one JSON line a file, {"file", "text", "ms", "by"}.

    `text` is null where nothing was read: no file ends the command. Of several codes that of a paper of ours is taken, otherwise the first.
    """
    for path in _all(files):
        read = _read(path)
        line = {"file": str(path), "text": read.text, "ms": read.ms, "by": read.by or None}
        if why:
            line["why"] = read.finding.code if read.finding else None
        click.echo(json.dumps(line))


@kiosk_cli.command("enrol")
@click.argument("name")
@with_appcontext
def enrol(name: str) -> None:
    """Print a link for the machine NAME, good once and for one hour. The browser that opens it and presses the button is the machine; a key it had before ends."""
    try:
        code = machines.offer(name)
    except Refused as refusal:
        raise click.ClickException(refusal.msgid % refusal.values) from None
    click.echo(f"{current_app.config['PORTAL'].base_url}/kiosk/enrol?code={code}")


@kiosk_cli.command("list")
@with_appcontext
def list_machines() -> None:
    """The machines: name, standing, when last seen, what each said of itself."""
    for machine in db.session.scalars(sa.select(Machine).order_by(Machine.name)):
        said = " ".join(f"{name}={value}" for name, value in machine.health.items())
        click.echo(f"{machine.name}  {machines.standing(machine)}  {machine.seen_at.isoformat(timespec='seconds') if machine.seen_at else 'never'}  {said}".rstrip())


def _read(path: Path) -> scanner.Reading:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            return scanner.Reading()
        with path.open("rb") as file:
            data = file.read(scanner.MOST_BYTES + 1)
    except (OSError, ValueError):
        return scanner.Reading()
    return scanner.read(data, OURS, others=True)


def _all(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and those in folders in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (Path(folder) / name for name in sorted(names))
