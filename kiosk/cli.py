"""Commands of the lobby. `flask --app wsgi kiosk --help` lists them."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from kiosk.check.reading import OURS
from workflow.reading import scanner

MOST_FILES = 100_000


@click.group("kiosk")
def kiosk_cli() -> None:
    """The machines in the hall, and what they read."""


@kiosk_cli.command("decode")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def decode(files: tuple[Path, ...]) -> None:
    """Read the code in each of FILES (pictures, PDF files, or folders of them): one JSON line a file, {"file", "text", "ms", "by"}.

    `text` is null where nothing was read: no file ends the command. Of several codes that of a paper of ours is taken, otherwise the first.
    """
    for path in _all(files):
        click.echo(json.dumps({"file": str(path), **_read(path)}, ensure_ascii=False))


def _read(path: Path) -> dict[str, str | float | None]:
    try:
        with path.open("rb") as file:
            data = file.read(scanner.MOST_BYTES + 1)
    except OSError as trouble:
        return {"text": None, "ms": 0.0, "by": "", "why": trouble.strerror or "not read"}
    read = scanner.read(data, OURS, others=True)
    answer: dict[str, str | float | None] = {"text": read.text, "ms": read.ms, "by": read.by}
    return answer if read.text is not None or read.finding is None else answer | {"why": read.finding.code}


def _all(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files themselves, and those in folders in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in path.walk() if hasattr(path, "walk") else _walk(path):
            folders.sort()
            yield from (folder / name for name in sorted(names))
