"""The session, the column types, and how a database connection is set up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class Moment(sa.types.TypeDecorator[datetime]):
    """An instant, always with its zone: stored as UTC, refused when naive."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON(none_as_null=True)


def enum_of(kind: type[StrEnum], name: str | None = None) -> sa.Enum:
    """Store the value, hand back the member (a plain string is no state to the machine), and let the database refuse anything else."""
    return sa.Enum(
        kind, native_enum=False, create_constraint=True, validate_strings=True, length=40,
        values_callable=lambda members: [m.value for m in members], name=name or kind.__name__.lower(),
    )  # fmt: skip


def prepare_engine(engine: sa.Engine) -> None:
    """SQLite: write-ahead log, full sync, foreign keys, and transactions begun by us (BEGIN IMMEDIATE for writers only)."""
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


@contextmanager
def writing() -> Iterator[Any]:
    """One writing transaction from its first statement to its commit. What was read before is forgotten, so nobody acts on a stale row.

    SQLite takes its only writer's place at once (no read-then-write that fails); PostgreSQL reads committed and locks rows where asked.
    """
    db.session.rollback()
    db.session.connection(execution_options={"writing": True})
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
