"""Files by content, through fsspec: one machine keeps them in a folder, several in S3, by FILES_URL alone.

A file goes to a temporary name, is flushed to disk, and only then takes its place under its SHA-256; the row comes after. A name given by a
person is never used on disk.
"""

import hashlib
import os
import uuid
from pathlib import Path

import fsspec
from flask import current_app

from workflow import clock
from workflow.models import StoredFile, db


class Storage:
    """`url` is any fsspec address: file:///… or s3://bucket/prefix."""

    def __init__(self, url: str):
        self.fs, self.root = fsspec.core.url_to_fs(url)
        self.local = "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def path(self, sha256: str) -> str:
        return f"{self.root}/{sha256[:2]}/{sha256}"

    def put(self, data: bytes) -> str:
        """Store and return the SHA-256. Storing the same bytes again changes nothing."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if self.fs.exists(target):
            return sha256
        if not self.local:
            self.fs.pipe_file(target, data)
            return sha256
        folder = Path(target).parent
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{uuid.uuid4().hex}"
        with open(temporary, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
        self._settle(folder)
        return sha256

    @staticmethod
    def _settle(folder: Path) -> None:
        """The name, too, is on disk before the row is: a power cut after the commit must not take the file away."""
        for held in (folder, folder.parent):
            opened = os.open(held, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their name: a changed byte is an OSError, never a silent answer."""
        data = self.fs.cat_file(self.path(sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise OSError(f"stored file {sha256} does not match its name")
        return data


def storage() -> Storage:
    held = current_app.extensions.get("files")
    if held is None:
        held = current_app.extensions["files"] = Storage(current_app.config["PORTAL"].files_url)
    return held


def name_of(data: bytes) -> str:
    """The SHA-256 (hex) under which these bytes would be kept."""
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes, media_type: str) -> StoredFile:
    """Put the bytes into the store and their row into the session. The row is committed by whoever keeps it."""
    sha256 = storage().put(data)
    row = db.session.get(StoredFile, sha256)
    if row is None:
        row = StoredFile(sha256=sha256, size=len(data), media_type=media_type, created_at=clock.now())
        db.session.add(row)
        db.session.flush()
    return row


def read(sha256: str) -> bytes:
    return storage().get(sha256)
