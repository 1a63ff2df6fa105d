"""How migrations run: one transaction each, on SQLite with foreign keys off and checked afterwards.

Alembic's batch mode rebuilds a table; with foreign keys on SQLite deletes the children of the table it drops.
"""

from typing import Any

from alembic import context
from flask import current_app

from workflow.models import db


def _render(kind: str, thing: Any, autogenerate: Any) -> str | bool:
    """Write our own column types as the plain types they store."""
    if kind == "type" and type(thing).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = db.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(writing=True) as connection:
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            _migrate(connection, sqlite)
        finally:
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _migrate(connection: Any, sqlite: bool) -> None:
    context.configure(
        connection=connection, target_metadata=db.metadata, render_as_batch=sqlite, compare_type=True, render_item=_render,
        transactional_ddl=True, transaction_per_migration=not sqlite,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"The migration leaves rows without their parents: {broken[:5]}. Nothing was changed.")


if context.is_offline_mode():
    raise RuntimeError("Migrations run against a database, not into a script.")
assert current_app
run()
