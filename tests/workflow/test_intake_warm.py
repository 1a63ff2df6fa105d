"""A warm start sees what a cold one sees, outlives its children and its own death, and is kept by those who ask for it only."""

import pytest

from portal.journey.samples import sample_photo
from workflow.intake import photo, sandbox, warm

ARGS = {"models": str(photo.MODELS), "today": "2026-11-22"}


@pytest.fixture(autouse=True)
def _ended():
    yield
    warm.close()


def seen(limits=photo.LIMITS):
    return sandbox.run("photo", sample_photo(), args=ARGS, limits=limits, reads=(photo.MODELS,))


def test_nobody_is_kept_warm_who_did_not_ask():
    assert seen().value
    assert warm._open == {}


def test_warm_and_cold_say_the_same_and_one_process_serves_both_files():
    cold = seen().value
    warm.keep("photo", photo.MODELS)
    assert seen().value == cold
    held = warm._open["photo"]
    assert seen().value == cold
    assert (warm._open["photo"], held.served) == (held, 2)


def test_a_child_that_hangs_or_eats_costs_its_own_answer_only():
    warm.keep("photo", photo.MODELS)
    assert seen(sandbox.Limits(seconds=0.02)).finding.measured == "slow"
    assert seen(sandbox.Limits(memory_bytes=200 * 1024**2)).finding.code == "unreadable"
    assert seen().value
    assert warm._open["photo"].served == 3


def test_a_nursery_that_died_is_replaced(monkeypatch):
    warm.keep("photo", photo.MODELS)
    seen()
    first = warm._open["photo"]
    first.process.kill()
    first.process.wait()
    assert seen().value
    assert warm._open["photo"] is not first


def test_where_none_comes_up_the_start_is_cold(monkeypatch):
    def gone(*_):
        raise OSError("no room")

    monkeypatch.setattr(warm, "Nursery", gone)
    warm.keep("photo", photo.MODELS)
    assert seen().value
