"""A link by which the entrant takes her own photograph: for one draft, for three days, until it is taken back.

The address holds a secret of 160 bits, of which only the hash is kept. Who has it can do one thing: put a photograph on that draft,
a few times. What comes is attached for the handler who made the link, and the case file says by which way it came.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from workflow import attaching, clock
from workflow.engine import N_, Refused
from workflow.intake.uploads import check_upload
from workflow.materials import MATERIALS
from workflow.models import Case, PhotoLink, User, db, writing
from workflow.services import service
from workflow.transaction import load

KIND, HOW = "photo", "link"
LIFE = timedelta(days=3)
MOST = 10  # photographs by one link
MOST_BYTES = 16 * 1024**2  # a telephone's own picture; it is made smaller here


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make(case_id: int, *, by: Any) -> tuple[PhotoLink, str]:
    """A fresh link, and its secret, which is told only now. The draft's earlier link ends."""
    secret, now = secrets.token_urlsafe(20), clock.now()
    with writing() as session:
        case = load(Case, case_id)
        if service(case.service).needed(KIND) is None or not attaching.may_edit(case, by, f"material:{KIND}"):
            raise Refused("locked", N_("This part is locked: it was found in order, or the case is not with the employer now."))
        _end(case_id)
        link = PhotoLink(case_id=case_id, secret_hash=_hash(secret), made_by_id=by.id, made_at=now, ends_at=now + LIFE)
        session.add(link)
        session.flush()
        link_id = link.id
    return db.session.get_one(PhotoLink, link_id), secret


def revoke(case_id: int) -> None:
    """Take the draft's link back. The door has found the case in the person's reach."""
    with writing():
        _end(case_id)


def _end(case_id: int) -> None:
    db.session.execute(sa.update(PhotoLink).where(PhotoLink.case_id == case_id, PhotoLink.revoked_at.is_(None)).values(revoked_at=clock.now()))


def of_case(case_id: int) -> PhotoLink | None:
    """The link that still opens, if there is one."""
    link = db.session.scalar(sa.select(PhotoLink).where(PhotoLink.case_id == case_id).order_by(PhotoLink.id.desc()).limit(1))
    return link if link is not None and opens(link) else None


def of_secret(secret: str) -> PhotoLink | None:
    """The link with this secret, None for one that is unknown, ended, taken back or used up: nobody is told which."""
    if not 20 <= len(secret) <= 40:
        return None
    link = db.session.scalar(sa.select(PhotoLink).where(PhotoLink.secret_hash == _hash(secret)))
    return link if link is not None and opens(link) else None


def opens(link: PhotoLink) -> bool:
    """Not taken back, not over, not used up, and its maker may still edit the photograph of this draft."""
    maker: User = link.made_by
    return link.revoked_at is None and clock.now() < link.ends_at and link.used < MOST and maker.active and attaching.may_edit(link.case, maker, f"material:{KIND}")


def take(secret: str, data: bytes) -> attaching.Attached:
    """Put the photograph on the draft. A telephone's large picture is made smaller first; everything else is judged as any upload.

    Raises Refused for a link that does not open (any more).
    """
    link = of_secret(secret)
    if link is None:
        raise Refused("link", N_("This link does not open any more. Ask the person who sent it for a new one."))
    if len(data) > MATERIALS[KIND].max_bytes:
        seen = check_upload("photo.jpg", data, accept=("jpg",), max_bytes=MOST_BYTES)
        if not seen.ok:
            return attaching.Attached(None, seen.findings)
        data = seen.preview or data
    link_id, case_id, maker = link.id, link.case_id, link.made_by
    with writing() as session:  # counted before it is judged: many at once get no more tries than one after another
        counted = session.execute(sa.update(PhotoLink).where(PhotoLink.id == link_id, PhotoLink.used < MOST, PhotoLink.revoked_at.is_(None)).values(used=PhotoLink.used + 1))
        if not counted.rowcount:
            raise Refused("link", N_("This link does not open any more. Ask the person who sent it for a new one."))
    done = attaching.attach(case_id, KIND, "photo.jpg", data, by=maker, how=HOW)
    if done.material is not None:
        material_id = done.material.id
        with writing() as session:
            session.execute(sa.update(PhotoLink).where(PhotoLink.id == link_id).values(material_id=material_id))
        return attaching.Attached(db.session.get(type(done.material), material_id), done.findings)
    return done
