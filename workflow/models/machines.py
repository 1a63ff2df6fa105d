"""The machines in the halls."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Json, Moment, db
from workflow.models.offices import Authority
from workflow.models.people import User


class Machine(db.Model):  # type: ignore[name-defined,misc]
    """A kiosk. Its browser holds a key, this row only the key's hash; before that a code that is good once. Neither: it is not enrolled, or was revoked."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    authority_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Authority.id), index=True)  # None: of no one authority, enrolled from the command line
    code_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code_ends_at: Mapped[datetime | None] = mapped_column(Moment)
    key_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    enrolled_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)  # a code was read there, by camera or hand scanner; nothing of whose it was
    health: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # version, browser, camera: what the machine last said of itself
    authority: Mapped[Authority | None] = relationship(lazy="joined")
    __table_args__ = (sa.CheckConstraint("revoked_at IS NULL OR (key_hash IS NULL AND code_hash IS NULL)", name="revoked_has_no_key"),)
