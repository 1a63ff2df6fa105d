"""The whole road over real HTTP, on SQLite and on PostgreSQL: the same walk as `make journey`."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings
from portal.journey import command
from wsgi import create_app


@pytest.mark.both_databases
def test_three_people_walk_the_whole_road(settings: Settings, tmp_path: Path) -> None:
    port = command.free_port()
    steps: list[str] = []
    road = command.walk(create_app(replace(settings, port=port, base_url=f"http://127.0.0.1:{port}")), tmp_path / "out", steps.append)
    assert road.steps == len(steps) > 40
    assert "the whole road walked" in steps[-2]
    papers = {path.name.split("-")[1] for path in (tmp_path / "out").glob("*.pdf")}
    assert papers >= {"TZ", "JD", "BX", "SL", "HZ"}, "notification, decision, refusal, acceptance and receipt were all downloaded"
    assert threading.active_count() < 20
