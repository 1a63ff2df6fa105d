"""Migrations: one head, reversible, equal to the models; on SQLite they delete nobody's children. Runs on both databases."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade

from workflow.models import Authority, Case, db


def differences() -> list:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return compare_metadata(context, db.metadata)


def test_there_is_one_head(app: Flask) -> None:
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    assert len(script.get_heads()) == 1


def test_the_migrated_database_is_the_one_the_models_describe(app: Flask) -> None:
    assert differences() == []


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert differences() == []


def test_the_database_refuses_what_the_rules_refuse(app: Flask) -> None:
    """The constraints are in the migrated database itself, not only in the models."""
    checks = {c["name"] for c in sa.inspect(db.engine).get_check_constraints(Case.__tablename__)}
    assert {"ck_permit_case_four_eyes", "ck_permit_case_decided_by_somebody", "ck_permit_case_decided_cases_have_decider"} <= checks
    authority = db.session.scalars(sa.select(Authority).limit(1)).one()
    db.session.rollback()
    add = "INSERT INTO authority_profile (authority_id, version, data, created_at) VALUES (:a, 1, '{}', '2026-01-01')"
    for parent in (authority.id, 999_999):  # a version given twice, and an authority that is not there
        with db.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.text(add), {"a": parent})
