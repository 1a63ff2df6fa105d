"""Authorities and their profiles; employers; the business registry's table; the working calendar."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.employer import EmployerState
from workflow.models.base import Json, Moment, db, enum_of
from workflow.profiles import Profile

AGENT = "agent"  # the kind of employer that files for others


class Authority(db.Model):  # type: ignore[name-defined,misc]
    """An authority for foreigners' work, by its administrative division (GB/T 2260, six digits)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    division: Mapped[str] = mapped_column(sa.String(6), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    exit_entry_name: Mapped[str] = mapped_column(sa.String(80), default="")
    exit_entry_name_en: Mapped[str] = mapped_column(sa.String(120), default="")


class AuthorityProfile(db.Model):  # type: ignore[name-defined,misc]
    """A version of what an authority promises. Rows are never edited: a running case keeps the version it was filed under."""

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id))
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # None: laid down with the authority
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    created_by: Mapped["User | None"] = relationship(foreign_keys=[created_by_id])  # type: ignore[name-defined]  # noqa: F821
    __table_args__ = (sa.UniqueConstraint("authority_id", "version"),)

    @property
    def profile(self) -> Profile:
        return Profile.from_json(self.data)


class Employer(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    kind: Mapped[str] = mapped_column(sa.String(40), default="")
    industry: Mapped[str] = mapped_column(sa.String(80), default="")
    legal_representative: Mapped[str] = mapped_column(sa.String(80), default="")
    registered_address: Mapped[str] = mapped_column(sa.String(200), default="")
    office_address: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    department_head: Mapped[str] = mapped_column(sa.String(80), default="")
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id), index=True)
    state: Mapped[EmployerState] = mapped_column(enum_of(EmployerState), default=EmployerState.PENDING, index=True)
    version: Mapped[int] = mapped_column(default=1)
    head: Mapped[str] = mapped_column(sa.String(64), default="")
    events_count: Mapped[int] = mapped_column(default=0)
    code_warning: Mapped[bool] = mapped_column(default=False)
    registry_state: Mapped[str] = mapped_column(sa.String(20), default="match")  # what the registry said; "unchecked" while it could not be asked
    registry_checked_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    authority: Mapped[Authority] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (sa.CheckConstraint("registry_state IN ('match', 'unchecked', 'name_differs', 'not_found', 'malformed')", name="registry_state"),)
    subject_kind = "employer"

    @property
    def employer_id(self) -> int:
        return self.id

    @property
    def is_agent(self) -> bool:
        """专门服务机构: may be authorised by other employers to file for them."""
        return self.kind == AGENT


class AgentAuthority(db.Model):  # type: ignore[name-defined,misc]
    """An employer lets an agent file for it, from a first to a last day, or until it takes that back. Rows are never deleted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey(Employer.id), index=True)
    agent_id: Mapped[int] = mapped_column(sa.ForeignKey(Employer.id))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    granted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    employer: Mapped[Employer] = relationship(foreign_keys=[employer_id])
    agent: Mapped[Employer] = relationship(foreign_keys=[agent_id])
    __table_args__ = (
        sa.CheckConstraint("employer_id <> agent_id", name="two_parties"),
        sa.CheckConstraint("begins_on <= ends_on", name="period"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_somebody"),
        sa.Index("ix_agent_authority_of", "agent_id", "ends_on"),
    )

    @classmethod
    def in_force(cls, on: date) -> tuple[sa.ColumnElement[bool], ...]:
        """The conditions under which an authority holds on this day."""
        return (cls.revoked_at.is_(None), cls.begins_on <= on, cls.ends_on >= on)


class RegistryEntry(db.Model):  # type: ignore[name-defined,misc]
    """The embedded business registry: invented companies, asked only through workflow/registry.py."""

    credit_code: Mapped[str] = mapped_column(sa.String(18), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    legal_representative: Mapped[str] = mapped_column(sa.String(80), default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    registered_on: Mapped[date | None]


class CalendarDay(db.Model):  # type: ignore[name-defined,misc]
    """A day that the authority's administrator has set by hand; it outranks the packaged calendar."""

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(80), default="")
