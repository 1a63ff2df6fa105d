"""What a holder and the window say about each other: deeds that wait for a second officer, and what the holder says is wrong."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Moment, db
from workflow.models.casefile import Case
from workflow.models.offices import Authority
from workflow.models.people import User
from workflow.models.permits import Card


class CardOverride(db.Model):  # type: ignore[name-defined,misc]
    """A deed upon a card that goes against what stands on file: one officer asks, another confirms or declines."""

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey(Card.id), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id), index=True)
    deed: Mapped[str] = mapped_column(sa.String(20))  # "unlock", "undo_registration"
    reason: Mapped[str] = mapped_column(sa.String(500))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(sa.String(10), default="")  # "", "confirmed", "declined"
    card: Mapped[Card] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    __table_args__ = (
        sa.CheckConstraint("settled_by_id IS NULL OR settled_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("(outcome = '') = (settled_at IS NULL) AND (outcome = '') = (settled_by_id IS NULL)", name="settled"),
        sa.Index("uq_card_override_open", "card_id", unique=True, sqlite_where=sa.text("outcome = ''"), postgresql_where=sa.text("outcome = ''")),
    )


class HolderReport(db.Model):  # type: ignore[name-defined,misc]
    """“This is not me”, “this is wrong”: said by the holder on the card or in the tracker, answered by an officer of the window."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id))
    source: Mapped[str] = mapped_column(sa.String(10))  # "card", "tracker"
    locale: Mapped[str] = mapped_column(sa.String(20), default="")
    words: Mapped[str] = mapped_column(sa.String(500))
    said_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case] = relationship()
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer = '')", name="answered"),
        sa.Index("ix_holder_report_open", "authority_id", "answered_at"),
    )
