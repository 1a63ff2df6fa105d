"""The move from the old system: files read in, rows refused, runs of the cutover, and the journal with its line for every case."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Json, Moment, db
from workflow.models.casefile import Case
from workflow.models.offices import Authority


class CutoverFile(db.Model):  # type: ignore[name-defined,misc]
    """A file of the old system by its content. `position` rows of it are done with, in the same transaction as what they became."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20))
    position: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)  # rows that another file had brought before, word for word
    rejected: Mapped[int] = mapped_column(default=0)
    again: Mapped[bool] = mapped_column(default=False)  # read in once more: only its rejected rows are looked at
    began_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class CutoverRejection(db.Model):  # type: ignore[name-defined,misc]
    """A row that was not taken over: line and column of the file, and the sentence why."""

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey(CutoverFile.id))
    line: Mapped[int]
    column: Mapped[str] = mapped_column(sa.String(60), default="")
    msgid: Mapped[str] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    file: Mapped[CutoverFile] = relationship()
    __table_args__ = (sa.Index("ix_cutover_rejection_place", "file_id", "line", "id"),)


class CutoverRun(db.Model):  # type: ignore[name-defined,misc]
    """One run. `began_at` is the moment that every line of it carries, so that a run killed and resumed ends exactly as one that was not."""

    id: Mapped[int] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime] = mapped_column(Moment)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    last_case_id: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)  # transactions so far
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    undo_at: Mapped[datetime | None] = mapped_column(Moment)  # the moment that every line of its undoing carries
    undo_last_case_id: Mapped[int] = mapped_column(default=0)
    undone: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class CutoverLine(db.Model):  # type: ignore[name-defined,misc]
    """The journal: what a case was before the run and after it. `hash` is the line that the run wrote in its case file."""

    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), primary_key=True)  # first: "was this case returned?" is asked without its run
    run_id: Mapped[int] = mapped_column(sa.ForeignKey(CutoverRun.id), primary_key=True)
    step: Mapped[int]  # the transaction of the run that wrote it
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id))
    from_state: Mapped[str] = mapped_column(sa.String(40))
    from_version: Mapped[int]
    from_due_on: Mapped[date | None]
    from_limit_kind: Mapped[str | None] = mapped_column(sa.String(20))
    from_limit_since: Mapped[date | None]
    from_accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    to_state: Mapped[str] = mapped_column(sa.String(40))
    to_due_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Moment)
    previous: Mapped[str] = mapped_column(sa.String(64), default="")
    hash: Mapped[str] = mapped_column(sa.String(64))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case] = relationship()
    run: Mapped[CutoverRun] = relationship()
    __table_args__ = (sa.Index("ix_cutover_line_authority", "run_id", "authority_id", "case_id"), {"sqlite_with_rowid": False})
