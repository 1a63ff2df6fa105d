"""Two uploads at the same moment that fit only singly: one is taken, the other refused. On both databases."""

import threading
from dataclasses import replace

import pytest
from flask import Flask

from portal.journey.samples import sample_pdf
from tests.factories import person
from workflow import attaching, desk, quarantine, quotas
from workflow.models import Case, db

HALF = 600 * 1024  # bytes: one fits into a megabyte, two do not


def padded(words: str) -> bytes:
    return sample_pdf(words) + b"\n%" + words.encode() + b" " * HALF + b"\n%%EOF\n"


@pytest.mark.parametrize(("setting", "together"), [("quota_case_mb", True), ("quota_employer_mb", False)])
def test_of_two_uploads_at_once_that_fit_only_singly_one_is_taken(app: Flask, monkeypatch: pytest.MonkeyPatch, setting: str, together: bool) -> None:
    cases = [desk.start("new_overseas", by=person("lin")).id for _ in range(1 if together else 2)]
    db.session.remove()
    app.config["PORTAL"] = replace(app.config["PORTAL"], **{setting: 1})
    gate, outcomes = threading.Barrier(2), []

    def scan(data: bytes, setting: str | None = None) -> quarantine.Answer:
        gate.wait(timeout=60)  # both have passed the first look at the quota, neither has stored
        return quarantine.Answer("unscanned")

    monkeypatch.setattr(quarantine, "scan", scan)

    def send(case_id: int, words: str) -> None:
        with app.app_context():
            try:
                done = attaching.attach(case_id, "other", f"{words}.pdf", padded(words), by=person("lin"))
                outcomes.append("taken" if done.material else done.findings[0].code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(cases[0], "one")), threading.Thread(target=send, args=(cases[-1], "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == ["quota", "taken"]
    assert quotas.held(Case.id.in_(cases)) < 1024**2


def test_the_same_file_again_takes_no_further_room(app: Flask) -> None:
    case_id, lin = desk.start("new_overseas", by=person("lin")).id, person("lin")
    app.config["PORTAL"] = replace(app.config["PORTAL"], quota_case_mb=1)
    assert attaching.attach(case_id, "other", "a.pdf", padded("one"), by=lin).material is not None
    assert attaching.attach(case_id, "degree", "a.pdf", padded("one"), by=lin).material is not None
    assert attaching.attach(case_id, "experience", "b.pdf", padded("two"), by=lin).findings[0].code == "quota"
