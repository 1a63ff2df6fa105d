"""Between an upload and everybody else: the antivirus, if one is set up (ANTIVIRUS, config.py), says clean before a file is shown or filed.

`clamd:/path/of/socket` or `clamd:host:port` speaks to a ClamAV daemon (INSTREAM); `command:…` runs a program with the file on its standard
input (0 clean, 1 infected, anything else: no answer). Without a setting files pass and are recorded as `unscanned`. It fails closed: no
answer means `held`, never `clean`; held files are asked about again (`again`, every minute by the worker) and neither shown nor filed meanwhile.
"""

import logging
import shlex
import socket
import struct
import subprocess
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from flask import current_app

from workflow import clock, files
from workflow.engine import N_
from workflow.filing import CLOSED
from workflow.intake.findings import Finding, Rule, found
from workflow.models import CaseMaterial, StoredFile, db, writing

log = logging.getLogger(__name__)
Said = Literal["unscanned", "held", "clean", "infected"]
SECONDS = 20.0
CHUNK = 1 << 18
AT_ONCE = 50  # held files asked about again in one go
RULES = {
    "infected": Rule("reject", N_("The virus scanner refuses this file (%(measured)s). Scan the paper again on another computer and choose the new file.")),
}


@dataclass(frozen=True)
class Answer:
    said: Said
    detail: str = ""

    @property
    def finding(self) -> Finding | None:
        return found(RULES, "infected", self.detail[:60] or "?") if self.said == "infected" else None


def scan(data: bytes, setting: str | None = None) -> Answer:
    """Ask about these bytes. Raises nothing: whatever goes wrong is `held`."""
    setting = current_app.config["PORTAL"].antivirus if setting is None else setting
    if not setting:
        return Answer("unscanned")
    way, _, where = setting.partition(":")
    try:
        if way == "clamd":
            return _clamd(data, where)
        if way == "command":
            return _command(data, where)
    except (OSError, subprocess.SubprocessError, ValueError) as trouble:
        log.warning("antivirus gives no answer: %s", trouble)
        return Answer("held", type(trouble).__name__)
    log.error("ANTIVIRUS is neither clamd:… nor command:…; files are held")
    return Answer("held", "setting")


def _command(data: bytes, command: str) -> Answer:
    done = subprocess.run(shlex.split(command), input=data, capture_output=True, timeout=SECONDS, check=False)
    said: dict[int, Said] = {0: "clean", 1: "infected"}
    return Answer(said.get(done.returncode, "held"), done.stdout.decode("utf-8", "replace").strip()[-60:])


def _clamd(data: bytes, where: str) -> Answer:
    """INSTREAM: chunks with their length before them, a length of 0 at the end; the answer is `stream: OK` or `stream: NAME FOUND`."""
    host, _, port = where.rpartition(":")
    line = socket.create_connection((host, int(port)), SECONDS) if host and port.isdigit() else socket.socket(socket.AF_UNIX)
    with line:
        line.settimeout(SECONDS)
        if line.family == socket.AF_UNIX:
            line.connect(where)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), CHUNK):
            part = data[at : at + CHUNK]
            line.sendall(struct.pack("!I", len(part)) + part)
        line.sendall(struct.pack("!I", 0))
        told = b""
        while not told.endswith(b"\0") and len(told) < 4096 and (more := line.recv(4096)):
            told += more
    text = told.rstrip(b"\0\n").decode("utf-8", "replace")
    if text.endswith(": OK"):
        return Answer("clean")
    if text.endswith(" FOUND"):
        return Answer("infected", text.removeprefix("stream: ").removesuffix(" FOUND"))
    return Answer("held", text[:60] or "no answer")


def note(row: StoredFile, answer: Answer) -> None:
    """Write the answer at the file, inside the caller's transaction. A file once found clean is not held again by a later silence."""
    if answer.said in ("clean", "infected") or row.scan not in ("clean", "infected"):
        row.scan, row.scanned_at = answer.said, clock.now()


def closed(row: CaseMaterial) -> str:
    """Why the file, its cleaned copy and its pictures may be given to nobody, a message id; "" where they may."""
    return CLOSED.get(row.stored.scan, "") if row.stored is not None else ""


def again(limit: int = AT_ONCE) -> int:
    """Ask about held files once more, oldest first; the number that has an answer now."""
    waiting = list(db.session.scalars(sa.select(StoredFile.sha256).where(StoredFile.scan == "held").order_by(StoredFile.created_at).limit(limit)))
    db.session.rollback()
    answered = 0
    for sha256 in waiting:
        answer = scan(files.read(sha256))
        if answer.said == "held":
            break  # nobody is there: the others would wait as long
        with writing() as session:
            note(session.get_one(StoredFile, sha256), answer)
        answered += 1
    return answered
