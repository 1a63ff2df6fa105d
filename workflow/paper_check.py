"""What a reader should know of a paper's file: the certification, the facts that lie in it, the code and the page, and what the register says now.

Each is asked in turn; the file is opened only when its certification holds. Without a database the register's word is missing, and said to be.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DatabaseError

from workflow import certifying, worth
from workflow.documents import attached, links, unlike, verify
from workflow.documents.verify import Certificate, NotWhole
from workflow.issuing import keyring
from workflow.models import db
from workflow.reading import scanner
from workflow.worth import Outcome

log = logging.getLogger(__name__)
OURS = r"(?s).*/v/.+#[0-9]{60,2000}"
# What the register answers, in words, and whether the paper may be relied on.
STATUS: dict[str, tuple[str, bool]] = {
    Outcome.IN_FORCE: ("in force", True),
    Outcome.ON_RECORD: ("genuine, on record", True),
    Outcome.PAST: ("genuine, but past its three months: it no longer serves for visa or residence", False),
    Outcome.ENDED: ("genuine, but the permit has ended", False),
    Outcome.REPLACED: ("replaced by a newer paper", False),
    Outcome.CANCELLED: ("cancelled", False),
    Outcome.WITHDRAWN_KEY: ("the key that signed it was withdrawn: ask for the paper issued anew", False),
    Outcome.ALTERED: ("the code is not one of ours", False),
    Outcome.ELSEWHERE: ("not known to this register", False),
    Outcome.UNKNOWN: ("not known to this register", False),
    Outcome.UNCLEAR: ("not known now: no register is at hand", True),
}


@dataclass(frozen=True)
class Checked:
    """`certificate` is None where the certification does not hold; `code` and `page` say whether they agree with the attached facts, None if
    not looked at; `status` is an Outcome; `problems` are sentences, empty for a good paper."""

    certificate: Certificate | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    code: bool | None = None
    page: bool | None = None
    status: str = Outcome.UNCLEAR
    problems: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.problems


def check(pdf: bytes) -> Checked:
    """Never raises for what is in the file."""
    try:
        certificate = verify.certification(pdf, certifying.roots())
        facts = attached.read(files := verify.attachments(pdf))
        said = verify.text(pdf)
    except NotWhole as changed:
        return Checked(problems=(unlike.why(pdf, str(changed)),))
    except Exception as odd:  # certified, so ours or another's of the same authority: whatever is not as expected is not a paper
        return Checked(certificate, problems=(f"it is certified, but no paper with its facts attached: {odd}",))
    missing, code, why = verify.not_printed(facts, said), *_code(pdf, files[attached.CBOR])
    status = _status(code) if code else Outcome.UNCLEAR
    problems = [why] if why else []
    if missing:
        problems.append(f"the page does not say what is attached: {', '.join(missing)}")
    if code and not STATUS[status][1]:
        problems.append(STATUS[status][0])
    return Checked(certificate, facts, bool(code), not missing, status, tuple(problems))


def _code(pdf: bytes, payload: bytes) -> tuple[str, str]:
    """(text of the code, "") where it carries the attached facts; ("", what is wrong) otherwise."""
    text = scanner.read(pdf, OURS).text
    if text is None:
        return "", "no code of ours was found on the page"
    _, digits = links.split_url(text)
    verdict = keyring().verify(links.from_digits(digits)) if digits else None
    if verdict is None or verdict.outcome in ("altered", "malformed"):
        return "", "the signature in the code does not hold"
    if verdict.outcome == "unknown_key":
        return "", f"the code was signed with a key that is not known here ({verdict.kid})"
    if verdict.outcome == "genuine" and verdict.payload != payload:
        return "", "the code on the page carries other facts than those attached"
    return text, ""


def _status(text: str) -> str:
    try:
        return worth.of_text(text).outcome
    except DatabaseError:
        log.info("no register at hand", exc_info=True)
        db.session.rollback()
        return Outcome.UNCLEAR
