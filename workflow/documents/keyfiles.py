"""Keys on disk: one PEM file each (0600) in a folder (0700), their order and states in keys.json.

keys.json: ``{"keys": [{"kid": "3fa9c1", "state": "retired", "created": "2026-12-01", "retired": "2027-06-01"}, …]}``, oldest first.
`kid.pem` holds the private key; where it was destroyed after retirement, `kid.pub.pem` keeps the public half.
"""

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

_CHINA = dt.timezone(dt.timedelta(hours=8))
_KID = re.compile(r"[0-9A-Za-z_-]{1,16}", re.ASCII)


def read(folder: Path) -> list[tuple[str, bytes, str]]:
    """(key id, PEM, state) of every key, oldest first. Raises FileNotFoundError where there are no keys."""
    return [(row["kid"], _pem_file(folder, row["kid"]).read_bytes(), row["state"]) for row in _rows(folder)]


def rows(folder: Path) -> list[dict[str, str]]:
    """What is noted of every key (kid, state, created, and the days of later changes), oldest first; no key material."""
    return _rows(folder)


def stamp(folder: Path) -> tuple[int, int, int]:
    """Changes whenever keys.json does: another process may have rotated. (0, 0, 0) where there is none."""
    try:
        seen = os.stat(folder / "keys.json")
    except FileNotFoundError:
        return 0, 0, 0
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def add(folder: Path, kid: str, pem: bytes, state: str, only_first: bool = False) -> None:
    """Write a key and note it as the newest. Raises ValueError for a key id that is taken or not plain.

    With `only_first` nothing happens where another process has made a first key meanwhile.
    """
    if not _KID.fullmatch(kid):
        raise ValueError(f"not a key id: {kid!r}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder):
        rows = _rows(folder) if (folder / "keys.json").exists() else []
        if rows and only_first:
            return
        if any(row["kid"] == kid for row in rows):
            raise ValueError(f"key id {kid} is taken")
        write(folder / f"{kid}.pem", pem)
        rows.append({"kid": kid, "state": state, "created": _today()})
        _note(folder, rows)


def mark(folder: Path, kid: str, state: str) -> None:
    """Change one key's state. Raises KeyError for a key that is not there."""
    with locked(folder):
        rows = _rows(folder)
        wanted = [row for row in rows if row["kid"] == kid]
        if not wanted:
            raise KeyError(kid)
        wanted[0] |= {"state": state, state: _today()}
        _note(folder, rows)


def _pem_file(folder: Path, kid: str) -> Path:
    if not _KID.fullmatch(kid):
        raise ValueError(f"not a key id: {kid!r}")
    private = folder / f"{kid}.pem"
    return private if private.exists() else folder / f"{kid}.pub.pem"


def _rows(folder: Path) -> list[dict]:
    return json.loads((folder / "keys.json").read_text())["keys"]


def _note(folder: Path, rows: list[dict]) -> None:
    write(folder / "keys.json", (json.dumps({"keys": rows}, indent=1) + "\n").encode())


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, on disk, readable by its owner only."""
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _today() -> str:
    return dt.datetime.now(_CHINA).date().isoformat()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time changes what lies in the folder."""
    with open(folder / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
