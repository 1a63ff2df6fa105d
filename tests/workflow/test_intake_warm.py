"""Photographs from a process that stays say what they say from one that starts anew, and only who asks for it keeps one."""

import pytest

from portal.journey.samples import sample_photo, sample_photo_at_fault
from workflow.intake import photo, sandbox, warm


@pytest.fixture(autouse=True)
def _ended(monkeypatch):
    monkeypatch.setattr(photo, "_run", sandbox.run)
    yield
    warm.close()


def said(data):
    report = photo.examine_photo(data)
    return report.findings, report.run, report.not_run, report.measures, report.map


def test_warm_and_cold_say_the_same_and_one_process_serves_both_files():
    pictures = (sample_photo(), sample_photo_at_fault(), b"\xff\xd8\xff no picture")
    cold = [said(each) for each in pictures]
    assert warm._idle.get("photo") is None
    photo.keep_warm()
    assert [said(each) for each in pictures] == cold
    (kept,) = warm._idle["photo"]
    assert [said(each) for each in pictures] == cold
    assert warm._idle["photo"] == [kept]


def test_one_that_was_ended_is_replaced():
    photo.keep_warm()
    said(sample_photo())
    (kept,) = warm._idle["photo"]
    kept.process.kill()
    kept.process.wait()
    assert not said(sample_photo())[0]
