"""Photographs and passports from a process that stays say what they say from one that starts anew, and only who asks for it keeps one."""

from datetime import date

import pytest

from portal.journey.samples import sample_answers, sample_passport, sample_photo, sample_photo_at_fault
from workflow.intake import passport_page, photo, sandbox, warm


@pytest.fixture(autouse=True)
def _ended(monkeypatch):
    monkeypatch.setattr(photo, "_run", sandbox.run)
    monkeypatch.setattr(passport_page, "_run", sandbox.run)
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


def test_a_passport_is_read_alike_warm_and_cold_and_one_process_serves_the_next():
    pytest.importorskip("rapidocr")
    page = sample_passport(sample_answers()["basic"])
    cold = passport_page.read_passport("passport.jpg", page, date(2026, 11, 22))
    passport_page.keep_warm()
    first = passport_page.read_passport("passport.jpg", page, date(2026, 11, 22))
    (kept,) = warm._idle["passport"]
    broken = passport_page.read_passport("passport.jpg", page[:400], date(2026, 11, 22))
    second = passport_page.read_passport("passport.jpg", page, date(2026, 11, 22))
    assert cold.mrz
    assert (first.mrz, second.mrz) == (cold.mrz, cold.mrz)
    assert (first.fields, first.crop) == (cold.fields, cold.crop)
    assert broken.mrz is None
    assert warm._idle["passport"] == [kept]
