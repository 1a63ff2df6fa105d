"""What a paper is worth today, for whoever checks it: from its reference, or from the signed facts in its code.

The signature says who wrote it, the database what has become of it. Nothing invalid says why: there is one answer for every token that
does not hold. A stranger is told no more than the paper prints; which facts those are is for the doors to choose.
"""

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from workflow.documents import claims, links
from workflow.issuing import keyring, withdrawn
from workflow.models import PaperRow, Permit, db
from workflow.notice import NoticeState
from workflow.papers import ENDS_WITH_PERMIT, OPENS_REGISTRATION, Paper
from workflow.permit import PermitState

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    IN_FORCE = "in_force"  # a notice within its three months, its permit in force
    PAST = "past"  # a notice past its three months
    ENDED = "ended"  # the permit itself is past its last day
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    ON_RECORD = "on_record"  # any other paper: genuine, nothing to be in force
    ALTERED = "altered"
    WITHDRAWN_KEY = "withdrawn_key"  # the key that signed it was revoked: ask for a new paper
    ELSEWHERE = "elsewhere"  # our signature, not in this database
    UNKNOWN = "unknown"
    UNCLEAR = "unclear"  # the database does not answer: never shown as valid


@dataclass(frozen=True)
class Worth:
    """`paper` is there where its facts may be shown. `signed`: the signature was read and holds. `ref`: as typed or read, "" if neither."""

    outcome: Outcome
    paper: PaperRow | None = None
    ref: str = ""
    signed: bool = False
    newer: PaperRow | None = None
    claims: dict[str, Any] = field(default_factory=dict)

    @property
    def may_register(self) -> bool:
        """A genuine notice whose permit is in force opens registration, within its three months or past them."""
        return self.paper is not None and self.paper.kind in OPENS_REGISTRATION and self.outcome in (Outcome.IN_FORCE, Outcome.PAST)


def of_text(text: str) -> Worth:
    """From whatever a camera, a scanner, a picture or a keyboard handed over: an address, digits, or a typed reference."""
    ref, digits = links.split_url(text)
    if digits is None and _had_a_token(text):
        return Worth(Outcome.ALTERED)
    if digits is None:
        return of_ref(ref or "")
    try:
        token = links.from_digits(digits)
    except ValueError:
        return Worth(Outcome.ALTERED)
    verdict = keyring().verify(token)
    if verdict.outcome == "revoked":
        return Worth(Outcome.WITHDRAWN_KEY)
    if verdict.outcome != "genuine" or verdict.payload is None:
        return Worth(Outcome.ALTERED)
    try:
        facts = claims.decode(verdict.payload)
    except ValueError:
        return Worth(Outcome.ALTERED)
    if ref is not None and ref != facts["ref"]:
        return Worth(Outcome.ALTERED)
    return _standing(str(facts["ref"]), facts)


def of_ref(ref: str) -> Worth:
    """From the reference alone: printed under the code, or the path of its address."""
    try:
        return _standing(links.normalise_ref(ref))
    except ValueError:
        return Worth(Outcome.UNKNOWN, ref="".join(sign for sign in ref[:40] if sign.isprintable()))


def _standing(ref: str, signed: dict[str, Any] | None = None) -> Worth:
    read: dict[str, Any] = {"ref": ref, "signed": signed is not None, "claims": signed or {}}
    try:
        paper = db.session.scalar(sa.select(PaperRow).where(PaperRow.ref == ref))
        if paper is None:
            return Worth(Outcome.ELSEWHERE if signed else Outcome.UNKNOWN, **read)
        outcome = outcome_of(paper)
        if outcome is Outcome.WITHDRAWN_KEY:
            return Worth(outcome, ref=ref)
        return Worth(outcome, paper, newer=_newer(paper) if outcome is Outcome.REPLACED else None, **read)
    except OperationalError:
        log.exception("a check could not be looked up")
        db.session.rollback()
        return Worth(Outcome.UNCLEAR, **read)


def outcome_of(paper: PaperRow) -> Outcome:
    """What has become of a paper that is ours."""
    if withdrawn(paper.kid):
        return Outcome.WITHDRAWN_KEY
    permit = paper.permit
    if paper.kind is Paper.CANCELLATION_PROOF:  # it is about a permit that is gone, and stays on record
        return Outcome.ON_RECORD
    if paper.state is NoticeState.CANCELLED or (permit and permit.state is PermitState.CANCELLED):
        return Outcome.CANCELLED
    if paper.state is NoticeState.SUPERSEDED or (permit and permit.state is PermitState.SUPERSEDED):
        return Outcome.REPLACED
    if paper.kind not in ENDS_WITH_PERMIT:
        return Outcome.ON_RECORD
    if permit is not None and not permit.in_force():
        return Outcome.ENDED
    return Outcome.IN_FORCE if paper.within_validity() else Outcome.PAST


def _newer(paper: PaperRow) -> PaperRow | None:
    """The notice in force that took its place."""
    if paper.superseded_by is not None or paper.permit is None:
        return paper.superseded_by
    same_person = sa.select(Permit.id).where(Permit.person_id == paper.permit.person_id)
    return db.session.scalar(
        sa.select(PaperRow).where(PaperRow.permit_id.in_(same_person), PaperRow.kind == Paper.NOTIFICATION, PaperRow.state == NoticeState.IN_FORCE).order_by(PaperRow.id.desc()).limit(1)
    )


def _had_a_token(text: str) -> bool:
    """Something stood where the signed digits stand: cut short, or longer than any token."""
    runs = "".join(sign if sign in "0123456789" else " " for sign in text[:8192]).split()
    return "#" in text or any(len(run) >= 60 for run in runs)
