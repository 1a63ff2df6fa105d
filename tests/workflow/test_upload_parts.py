"""A file that arrives in pieces is the file that was sent, whatever broke between; what is never finished goes."""

import hashlib
import os

import pytest

from workflow.engine import Refused
from workflow.parts import MOST_OPEN, MOST_PIECE, Parts, WrongOffset

DATA = bytes(range(256)) * 4000


@pytest.fixture
def parts(tmp_path):
    return Parts(tmp_path / "parts")


def begin(parts, size=len(DATA), sha256="", **change):
    return parts.begin(**({"owner": 1, "case": 2, "kind": "degree", "name": "../x.pdf", "size": size, "sha256": sha256} | change))


def test_a_file_cut_in_the_middle_goes_on_where_it_broke(parts, tmp_path):
    promise = begin(parts, sha256=hashlib.sha256(DATA).hexdigest())
    parts.append(promise, 0, DATA[:300_000])
    again = Parts(tmp_path / "parts")  # another worker, after a restart
    promise = again.find(promise.token, owner=1, case=2)
    reached = again.reached(promise)
    assert reached == 300_000
    with pytest.raises(WrongOffset) as wrong:
        again.finish(promise)
    assert wrong.value.reached == reached
    again.append(promise, reached, DATA[reached:])
    assert again.finish(promise) == DATA
    again.drop(promise)
    assert list((tmp_path / "parts").iterdir()) == []


@pytest.mark.parametrize("offset", [0, 99, 101, -1])
def test_a_piece_that_does_not_join_is_refused_and_nothing_changes(parts, offset):
    promise = begin(parts)
    parts.append(promise, 0, DATA[:100])
    with pytest.raises(WrongOffset) as wrong:
        parts.append(promise, offset, b"x" * 10)
    assert (wrong.value.reached, parts.reached(promise)) == (100, 100)


def test_more_than_was_promised_is_refused(parts):
    promise = begin(parts, size=50)
    with pytest.raises(Refused, match="longer"):
        parts.append(promise, 0, b"x" * 51)
    with pytest.raises(Refused):
        parts.append(begin(parts, size=MOST_PIECE * 2), 0, bytes(MOST_PIECE + 1))


def test_other_bytes_than_were_promised_are_refused_by_their_hash(parts):
    promise = begin(parts, size=3, sha256=hashlib.sha256(b"abc").hexdigest())
    parts.append(promise, 0, b"abd")
    with pytest.raises(Refused) as refused:
        parts.finish(promise)
    assert refused.value.code == "hash"
    with pytest.raises(Refused):
        parts.find(promise.token, owner=1, case=2)


@pytest.mark.parametrize(("owner", "case"), [(9, 2), (1, 9)])
def test_anothers_upload_is_as_unknown_as_none(parts, owner, case):
    promise = begin(parts)
    with pytest.raises(Refused) as refused:
        parts.find(promise.token, owner=owner, case=case)
    assert refused.value.code == "gone"


@pytest.mark.parametrize("token", ["../../etc/passwd", "", "x" * 70, "a.b", "é"])
def test_a_token_is_no_path(parts, token):
    with pytest.raises(Refused):
        parts.find(token, owner=1, case=2)


def test_what_is_older_than_a_day_is_removed_and_a_person_has_only_so_many_open(parts):
    old = begin(parts)
    for path in parts.root.iterdir():
        os.utime(path, (1, 1))
    with pytest.raises(Refused):
        parts.find(old.token, owner=1, case=2)
    assert parts.sweep() == 2
    for _ in range(MOST_OPEN):
        begin(parts)
    with pytest.raises(Refused) as refused:
        begin(parts)
    assert refused.value.values["limit"] == MOST_OPEN
    begin(parts, owner=7)


def test_a_full_disk_leaves_what_was_safe(parts, monkeypatch):
    promise = begin(parts)
    parts.append(promise, 0, DATA[:100])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workflow.parts.os.fsync", full)
    with pytest.raises(OSError, match="space"):
        parts.append(promise, 100, DATA[100:200])
    assert parts.reached(promise) == 100
