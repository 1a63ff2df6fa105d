"""What keeps acts single and promises kept: idempotency keys, number series, the outbox, messages."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Json, Moment, db
from workflow.models.casefile import Case
from workflow.models.offices import Employer
from workflow.models.people import User


class ActKey(db.Model):  # type: ignore[name-defined,misc]
    """A form's key, kept in the transaction of its act: the same key again does nothing again; with another body it is refused."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    actor: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    body: Mapped[str] = mapped_column(sa.String(64))
    outcome: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class Series(db.Model):  # type: ignore[name-defined,misc]
    """The last number given out in a series, for instance "440300-TZ-2026". Raised in the transaction of the act, so none is lost or doubled."""

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Outbox(db.Model):  # type: ignore[name-defined,misc]
    """Work promised by a committed act: to print a paper, to send a message. The queue is a hint; this is the truth."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(sa.String(300), default="")
    __table_args__ = (sa.Index("ix_outbox_open", "done_at", "due_at"),)


class Message(db.Model):  # type: ignore[name-defined,misc]
    """A message to an employer's handlers (shown under 我的 → 消息) or to the entrant (sent to the contact on file)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Employer.id), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Case.id), index=True)
    address: Mapped[str] = mapped_column(sa.String(120), default="")
    locale: Mapped[str] = mapped_column(sa.String(20), default="zh_Hans_CN")
    msgid: Mapped[str] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case | None] = relationship()
