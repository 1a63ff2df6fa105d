"""Links that let somebody without an account do one thing for one draft."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Moment, db
from workflow.models.casefile import Case
from workflow.models.people import User


class PhotoLink(db.Model):  # type: ignore[name-defined,misc]
    """A link by which the entrant takes her own photograph for one draft. Only the hash of its secret is kept; it ends by time, by use up, or when taken back."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used: Mapped[int] = mapped_column(default=0)  # photographs taken with it
    material_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case_material.id"))  # the last of them
    case: Mapped[Case] = relationship()
    made_by: Mapped[User] = relationship()
