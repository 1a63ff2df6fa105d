"""Files by content: on disk with their name before anybody is told that they are kept."""

import os

import pytest

from portal.journey.samples import sample_pdf
from tests.factories import draft_case
from workflow import attaching, files
from workflow.engine import Refused


def test_a_file_and_its_name_are_on_disk_before_put_answers(tmp_path, monkeypatch):
    settled, sync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (settled.append(os.path.realpath(f"/proc/self/fd/{fd}")), sync(fd))[1])
    store = files.Storage(f"file://{tmp_path / 'files'}")
    name = store.put(b"something to keep")
    assert store.get(name) == b"something to keep"
    assert str(tmp_path / "files" / name[:2]) in settled
    assert str(tmp_path / "files") in settled


def test_the_key_of_a_form_keeps_no_other_file_of_the_same_name_and_length(app, who):
    """Back in the browser, another scan under the same name: it is told, never taken for the first."""
    case = draft_case(without=("degree",))
    first, second = sample_pdf("one", 1), sample_pdf("two", 1)
    assert len(first) == len(second)
    kept = attaching.attach(case.id, "degree", "degree.pdf", first, by=who("lin"), key="k").material
    again = attaching.attach(case.id, "degree", "degree.pdf", first, by=who("lin"), key="k").material
    assert kept.id == again.id
    with pytest.raises(Refused) as refused:
        attaching.attach(case.id, "degree", "degree.pdf", second, by=who("lin"), key="k")
    assert refused.value.code == "key_reused"
