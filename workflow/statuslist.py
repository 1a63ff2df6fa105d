"""The status list: which papers no longer count, dated and signed, so that a reader without a network can say more than "the signature holds".

A COSE_Sign1 like a paper's, over CBOR: {1: issuer, 4: good until, 6: made at, -65538: {1: cancelled, 2: replaced, 3: withdrawn keys}}. A paper
stands in it as the first eight bytes of the SHA-256 of its reference: who holds the paper finds it, nobody else learns a reference.
A reader whose list is older than its end says "not known", never "valid".
"""

import hashlib
from datetime import timedelta
from typing import Any

import cbor2
import sqlalchemy as sa
from flask import current_app

from workflow import clock
from workflow.documents.credential import REVOKED
from workflow.issuing import keyring
from workflow.models import PaperRow, Permit, db
from workflow.notice import NoticeState
from workflow.permit import PermitState

GOOD_FOR = timedelta(hours=24)
MADE_ANEW = timedelta(minutes=5)
PRIVATE = -65538


def mark(ref: str) -> bytes:
    return hashlib.sha256(ref.encode("ascii")).digest()[:8]


def current() -> bytes:
    """The signed list, at most five minutes old, and made anew at once when a key was added, retired or revoked."""
    keys = keyring()
    held: tuple[Any, bytes, Any] | None = current_app.extensions.get("status_list")
    if held is None or clock.now() - held[0] > MADE_ANEW or held[2] is not keys:
        held = current_app.extensions["status_list"] = (clock.now(), keys.sign(_payload()), keys)
    return held[1]


def _payload() -> bytes:
    now = clock.now()
    permit = PaperRow.permit_id == Permit.id
    cancelled = sa.or_(PaperRow.state == NoticeState.CANCELLED, Permit.state == PermitState.CANCELLED)
    replaced = sa.or_(PaperRow.state == NoticeState.SUPERSEDED, Permit.state == PermitState.SUPERSEDED)
    base = sa.select(PaperRow.ref).outerjoin(Permit, permit)
    refs = {1: db.session.scalars(base.where(cancelled)), 2: db.session.scalars(base.where(replaced, sa.not_(sa.func.coalesce(cancelled, sa.false()))))}
    lists: dict[int, Any] = {number: sorted(mark(ref) for ref in found) for number, found in refs.items()}
    lists[3] = [kid for kid, state in keyring().states.items() if state == REVOKED]
    mode = "" if current_app.config["PORTAL"].mode == "production" else "specimen"
    return cbor2.dumps({1: mode or "status", 4: int((now + GOOD_FOR).timestamp()), 6: int(now.timestamp()), PRIVATE: lists}, canonical=True)
