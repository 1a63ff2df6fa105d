"""Places at the window: a slot is a day and time with room for so many, an appointment one residence step's place in it."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Moment, db
from workflow.models.offices import Authority
from workflow.models.people import User
from workflow.models.permits import Residence


class AppointmentSlot(db.Model):  # type: ignore[name-defined,misc]
    """`taken` is counted up and down with the appointments, so that the database itself refuses one too many. A closed time has no room left."""

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id))
    day: Mapped[date]
    begins: Mapped[time]  # Beijing time
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "day", "begins"),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="room"),
    )

    @property
    def room(self) -> int:
        return self.capacity - self.taken

    @property
    def hour(self) -> str:
        return self.begins.strftime("%H:%M")


class Appointment(db.Model):  # type: ignore[name-defined,misc]
    """One place in a slot. `ended_why`: kept, moved, missed, ended (with the filing)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    residence_id: Mapped[int] = mapped_column(sa.ForeignKey(Residence.id), index=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey(AppointmentSlot.id), index=True)
    booked_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    booked_at: Mapped[datetime] = mapped_column(Moment)
    moved: Mapped[bool] = mapped_column(default=False)  # stands in the place of an earlier one
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_why: Mapped[str] = mapped_column(sa.String(10), default="")
    residence: Mapped[Residence] = relationship(back_populates="appointments")
    slot: Mapped[AppointmentSlot] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        sa.CheckConstraint("ended_why IN ('', 'kept', 'moved', 'missed', 'ended') AND (ended_at IS NULL) = (ended_why = '')", name="ended_why"),
        sa.Index("uq_appointment_standing", "residence_id", unique=True, sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip
