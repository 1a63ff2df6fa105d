"""Uploads in parts, for slow lines: a file arrives piece by piece, each at its offset, and is taken up where the line broke.

On disk under DATA_DIR/parts: the bytes, and beside them what was promised (JSON). Nothing of a person's text names a file there. A part is
joined only at the exact offset reached; the whole must have the promised size and SHA-256. What is not finished within a day is removed.
The same file (owner, case, kind, name, size and hash) begun again is the unfinished one: so it goes on after the page was closed, and nothing about it
is kept in the browser. Of an attached one a note stays for an hour, so that an answer lost on its way can be asked for again.
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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from workflow.engine import N_, Refused

DAY, HOUR = 24 * 3600.0, 3600.0
MOST_PIECE = 8 * 1024**2  # bytes of one piece
MOST_OPEN = 20  # unfinished files of one person
GONE = N_("This upload is unknown or older than a day. Choose the file again.")


@dataclass(frozen=True)
class Promise:
    """What the sender said at the beginning. `owner`, `case` and `kind` bind the upload to a person and a place; `sha256` of the whole, "" unknown.

    `key` is that of the form it was begun from. `done`: attached; its bytes are gone.
    """

    token: str
    owner: int
    case: int
    kind: str
    name: str
    size: int
    sha256: str
    key: str = ""
    done: bool = False

    @property
    def deed(self) -> str:
        """The idempotency key of attaching it: one upload is attached once, however often its end is told."""
        return f"parts:{self.token}"[:64]


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
        """A new upload; or the unfinished one of the same file; or, of the same form, the one that is attached already (`done`)."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.sweep()
        promise = Promise(f"{owner}-{secrets.token_urlsafe(24)}", owner, case, kind, name[:300], size, sha256.lower(), key)
        held = list(self._of(owner))
        if promise.sha256:
            same = [each for each in held if replace(each, token="", key="", done=False) == replace(promise, token="", key="")]
            if known := next((each for each in same if not each.done or (key and each.key == key)), None):
                return known
        if sum(not each.done for each in held) >= MOST_OPEN:
            raise Refused("parts", N_("%(measured)s uploads are open already; at most %(limit)s may be. Finish one, or try again tomorrow."), measured=MOST_OPEN, limit=MOST_OPEN)
        self._bytes(promise.token).touch()
        self._write(promise)
        return promise

    def find(self, token: str, *, owner: int, case: int) -> Promise:
        """The promise of one's own upload. Another person's is as unknown as none."""
        promise = self._read(token)
        if promise is None or (promise.owner, promise.case) != (owner, case) or self._old(token):
            raise Refused("gone", GONE)
        return promise

    def attached(self, token: str, *, owner: int, case: int) -> bool:
        """Whether this upload has become a material of the case within the last hour."""
        promise = self._read(token)
        return promise is not None and promise.done and (promise.owner, promise.case) == (owner, case)

    def reached(self, promise: Promise) -> int:
        """Bytes that are safe on the disk."""
        if promise.done:
            return promise.size
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

    def close(self, promise: Promise) -> None:
        """Attached: the bytes go, the note that it was done stays for an hour."""
        self._write(replace(promise, done=True))
        self._bytes(promise.token).unlink(missing_ok=True)

    def drop(self, promise: Promise) -> None:
        for path in (self._note(promise.token), self._bytes(promise.token)):
            path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what has not moved for a day, and notes of attached uploads after an hour; the number of files removed."""
        removed, now = 0, time.time()
        for path in self.root.glob("*.*"):
            with contextlib.suppress(OSError):
                whole = self._bytes(path.stem)
                alone = path.suffix == ".json" and not whole.exists()
                if now - (whole if path.suffix == ".json" and not alone else path).stat().st_mtime > (HOUR if alone else DAY):
                    path.unlink()
                    removed += 1
        return removed

    def _of(self, owner: int) -> Iterator[Promise]:
        for path in self.root.glob(f"{owner}-*.json"):
            if (promise := self._read(path.stem)) is not None and promise.owner == owner and (promise.done or not self._old(promise.token)):
                yield promise

    def _write(self, promise: Promise) -> None:
        """In one step: a reader sees the old note or the new."""
        draft = self.root / f"{promise.token}.new"
        draft.write_text(json.dumps(asdict(promise)))
        draft.replace(self._note(promise.token))

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
