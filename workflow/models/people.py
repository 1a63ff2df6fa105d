"""Accounts, their roles, their sessions, and what is throttled."""

from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow import clock
from workflow.employer import EmployerState
from workflow.models.base import Json, Moment, db, enum_of
from workflow.models.offices import AgentAuthority, Authority, Employer
from workflow.roles import STAFF, Role


class User(UserMixin, db.Model):  # type: ignore[name-defined,misc]
    """Somebody who signs in to the portal: a handler of one employer, or staff of one authority."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(sa.String(20), default="zh_Hans_CN")
    employer_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Employer.id), index=True)
    authority_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Authority.id), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    employer: Mapped[Employer | None] = relationship(foreign_keys=[employer_id], lazy="joined")
    authority: Mapped[Authority | None] = relationship(foreign_keys=[authority_id], lazy="joined")
    grants: Mapped[list["UserRole"]] = relationship(back_populates="user", lazy="selectin", cascade="all, delete-orphan")

    __table_args__ = (sa.CheckConstraint("employer_id IS NULL OR authority_id IS NULL", name="one_side"),)

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        return any(role in STAFF for role in self.roles)

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def reach_employers(self) -> set[int] | None:
        """The own employer, and of an agent those that have authorised it today. Asked once a transaction: an authority may be taken back at any moment."""
        if self.employer_id is None:
            return None
        own = self.employer
        if own is None or not own.is_agent or own.state is not EmployerState.CONFIRMED:
            return {self.employer_id}
        session = db.session()
        transaction, whose, known = session.info.get("reach", (None, None, set()))
        if transaction is None or transaction is not session.get_transaction() or whose != self.employer_id:
            others = sa.select(AgentAuthority.employer_id).where(AgentAuthority.agent_id == self.employer_id, *AgentAuthority.in_force(clock.today()))
            with session.no_autoflush:
                known = {self.employer_id, *session.scalars(others)}
            session.info["reach"] = (session.get_transaction(), self.employer_id, known)
        return set(known)

    @property
    def reach_authorities(self) -> set[int] | None:
        if self.authority_id is not None:
            return {self.authority_id}
        return None if self.employer_id is not None else set()


class UserRole(db.Model):  # type: ignore[name-defined,misc]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_of(Role), primary_key=True)
    user: Mapped[User] = relationship(back_populates="grants")


class WebSession(db.Model):  # type: ignore[name-defined,misc]
    """A session is a row; the cookie holds only its id, and the row only that id's hash, so a copied database signs nobody in."""

    id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id, ondelete="CASCADE"), index=True)
    data: Mapped[dict] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Throttle(db.Model):  # type: ignore[name-defined,misc]
    """Failures counted by key (account, address, paper …). A row, because a worker's memory knows only its own share."""

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(Moment, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
