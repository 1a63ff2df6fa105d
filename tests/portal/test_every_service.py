"""`flask journey --services`: every service of the menu over real HTTP, from its first page to its papers."""

from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings
from portal.journey import command
from tests import factories
from workflow import attaching, jobs
from wsgi import create_app


def test_every_service_of_the_menu_is_walked_to_its_papers(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "inspect", lambda material, name, data: factories._inspected(material.code, name, data))  # the checks of files have tests of their own
    monkeypatch.setattr(jobs, "wake", lambda: None)  # a paper is printed when it is downloaded
    port = command.free_port()
    steps: list[str] = []
    walked = command.walk(create_app(replace(settings, port=port, base_url=f"http://127.0.0.1:{port}")), tmp_path / "out", lambda step: (steps.append(step), print(step)), services=True)
    assert walked.steps == len(steps) > 60
    assert "every service of the menu walked" in steps[-2]
    papers = {path.name.split("-")[1] for path in (tmp_path / "out").glob("*.pdf")}
    assert papers >= {"JD", "TZ", "TD", "DZ", "ZX", "HY", "JL"}, "decision, notification, short-term notification, slip, cancellation proof, receipt and residence result were all downloaded"
