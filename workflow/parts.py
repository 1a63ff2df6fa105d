"""Uploads in parts, for slow lines: a file arrives piece by piece, each at its offset, and is taken up where the line broke.

On disk under DATA_DIR/parts: the bytes, and beside them what was promised (JSON). Nothing of a person's text names a file there. A part is
joined only at the exact offset reached; the whole must have the promised size and SHA-256. What is not finished within a day is removed.
No database: several workers on one machine share the folder; a lock of the file keeps two pieces apart. With several machines the proxy
must keep a person at one of them (docs/intake.md).
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workflow.engine import N_, Refused

DAY = 24 * 3600.0
MOST_PIECE = 8 * 1024**2  # bytes of one piece
MOST_OPEN = 20  # unfinished files of one person
GONE = N_("This upload is unknown or older than a day. Choose the file again.")


@dataclass(frozen=True)
class Promise:
    """What the sender said at the beginning. `owner`, `case` and `kind` bind the upload to a person and a place; `sha256` of the whole, "" unknown."""

    token: str
    owner: int
    case: int
    kind: str
    name: str
    size: int
    sha256: str
    key: str = ""


class WrongOffset(Refused):
    """A piece that does not join; `reached` is where the next must begin."""

    def __init__(self, reached: int):
        super().__init__("offset", N_("The upload goes on at byte %(measured)s."), measured=reached)
        self.reached = reached


class Parts:
    """The folder. Every method raises Refused with a sentence, never for what is on the disk."""

    def __init__(self, root: Path):
        self.root = root

    def begin(self, *, owner: int, case: int, kind: str, name: str, size: int, sha256: str, key: str = "") -> Promise:
        self.root.mkdir(parents=True, exist_ok=True)
        self.sweep()
        if sum(each.owner == owner for each in self._open()) >= MOST_OPEN:
            raise Refused("parts", N_("%(measured)s uploads are open already; at most %(limit)s may be. Finish one, or try again tomorrow."), measured=MOST_OPEN, limit=MOST_OPEN)
        promise = Promise(secrets.token_urlsafe(24), owner, case, kind, name[:300], size, sha256.lower(), key)
        self._bytes(promise.token).touch()
        self._note(promise.token).write_text(json.dumps(asdict(promise)))
        return promise

    def find(self, token: str, *, owner: int, case: int) -> Promise:
        """The promise of one's own upload. Another person's is as unknown as none."""
        promise = self._read(token)
        if promise is None or (promise.owner, promise.case) != (owner, case) or self._old(token):
            raise Refused("gone", GONE)
        return promise

    def reached(self, promise: Promise) -> int:
        """Bytes that are safe on the disk."""
        with contextlib.suppress(OSError):
            return self._bytes(promise.token).stat().st_size
        raise Refused("gone", GONE)

    def append(self, promise: Promise, offset: int, piece: bytes) -> int:
        """Join a piece; the new offset. Raises WrongOffset, or Refused where it would be more than was promised."""
        with self._locked(promise) as whole:
            at = os.fstat(whole).st_size
            if offset != at:
                raise WrongOffset(at)
            if len(piece) > MOST_PIECE or at + len(piece) > promise.size:
                raise Refused("size", N_("The upload is longer than was said: %(measured)s of %(limit)s bytes."), measured=at + len(piece), limit=promise.size)
            try:
                view = memoryview(piece)
                while view:
                    view = view[os.write(whole, view) :]
                os.fsync(whole)
            except OSError:
                os.ftruncate(whole, at)  # a full disk: what was safe stays so
                raise
        return at + len(piece)

    def finish(self, promise: Promise) -> bytes:
        """The whole, once it is complete and what was promised. It stays until `drop`, so that a failing step after it can be repeated."""
        data = self._bytes(promise.token).read_bytes() if self._bytes(promise.token).exists() else b""
        if len(data) != promise.size:
            raise WrongOffset(len(data))
        if promise.sha256 and hashlib.sha256(data).hexdigest() != promise.sha256:
            self.drop(promise)
            raise Refused("hash", N_("The file changed on its way: what arrived is not what was sent. Choose it again."))
        return data

    def drop(self, promise: Promise) -> None:
        for path in (self._note(promise.token), self._bytes(promise.token)):
            path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what is older than a day; the number of files removed."""
        removed = 0
        for path in self.root.glob("*.*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > DAY:
                    path.unlink()
                    removed += 1
        return removed

    def _open(self) -> Iterator[Promise]:
        for path in self.root.glob("*.json"):
            if (promise := self._read(path.stem)) is not None:
                yield promise

    def _read(self, token: str) -> Promise | None:
        if not (token.isascii() and token.replace("-", "").replace("_", "").isalnum() and len(token) < 64):
            return None
        try:
            said: dict[str, Any] = json.loads(self._note(token).read_text())
            return Promise(**said)
        except (OSError, ValueError, TypeError):
            return None

    def _old(self, token: str) -> bool:
        try:
            return time.time() - self._bytes(token).stat().st_mtime > DAY
        except OSError:
            return True

    def _bytes(self, token: str) -> Path:
        return self.root / f"{token}.part"

    def _note(self, token: str) -> Path:
        return self.root / f"{token}.json"

    @contextlib.contextmanager
    def _locked(self, promise: Promise) -> Iterator[int]:
        try:
            whole = os.open(self._bytes(promise.token), os.O_WRONLY | os.O_APPEND)
        except OSError:
            raise Refused("gone", GONE) from None
        try:
            fcntl.flock(whole, fcntl.LOCK_EX)
            yield whole
        finally:
            os.close(whole)
