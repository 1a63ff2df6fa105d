"""A pytest plugin for the gate's PostgreSQL run: `pytest -p scripts.on_postgresql`, with TEST_DATABASE_URL set.

It keeps the tests that have a database (the fixture `settings`) and lie in tests/workflow or carry the mark
`both_databases`; the others have said their word on SQLite already. `sqlite_only` leaves a test out.
"""

import pytest


def worth_it(item: pytest.Item) -> bool:
    """True for a test whose outcome may differ on the other database."""
    if item.get_closest_marker("sqlite_only"):
        return False
    has_database = "settings" in getattr(item, "fixturenames", ())
    return (has_database and item.path.parent.name == "workflow") or item.get_closest_marker("both_databases") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what need not run twice."""
    leave = [item for item in items if not worth_it(item)]
    if leave:
        config.hook.pytest_deselected(items=leave)
        items[:] = [item for item in items if worth_it(item)]
