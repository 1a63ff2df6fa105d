"""Set-up looks first, says everything that is missing at once, and the two servers live and end together."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import environment, fonts, serve, static_pack, system


def test_nothing_is_missing_where_another_release_has_it_under_another_name():
    def has(names):
        return {name for name in names if name in {"libzbar0t64", "bubblewrap"}}

    assert system.missing([("libzbar0", "libzbar0t64"), ("bubblewrap",)], has) == []


def test_whoever_cannot_install_is_told_everything_that_is_missing_in_one_message(monkeypatch):
    monkeypatch.setattr(system, "needs", lambda _tests: [("python3-venv",), ("libzbar0", "libzbar0t64")])
    monkeypatch.setattr(system, "_as_root", lambda: None)
    monkeypatch.setattr(system.shutil, "which", lambda _name: "/usr/bin/apt-get")
    with pytest.raises(system.CannotInstall, match="python3-venv libzbar0"):
        system.ensure()


def test_a_machine_without_apt_is_told_the_names_too(monkeypatch):
    monkeypatch.setattr(system, "needs", lambda _tests: [("libzbar0", "libzbar0t64")])
    monkeypatch.setattr(system.shutil, "which", lambda _name: None)
    with pytest.raises(system.CannotInstall, match="no apt here"):
        system.ensure()


def test_a_complete_machine_makes_no_apt_call(monkeypatch):
    monkeypatch.setattr(system, "needs", lambda _tests: [])
    monkeypatch.setattr(system.subprocess, "run", lambda *_a, **_k: pytest.fail("a command was run"))
    assert system.ensure() is False


def test_a_half_made_environment_is_not_taken_for_a_whole_one(tmp_path):
    assert not environment.is_whole(tmp_path)
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    assert environment.is_whole(tmp_path)
    (tmp_path / ".unfinished").touch()
    assert not environment.is_whole(tmp_path)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt", "package-lock.json"])
def test_a_pinned_set_names_no_address(name):
    text = (environment.ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "resolved" not in text


def test_every_direct_choice_is_pinned_with_a_hash():
    pinned = (environment.ROOT / "requirements.txt").read_text("utf-8").lower().replace("_", "-")
    for line in (environment.ROOT / "requirements.in").read_text("utf-8").splitlines():
        choice = line.split("#")[0].split(";")[0].split(">")[0].split("[")[0].strip()
        assert not choice or f"\n{choice}==" in f"\n{pinned}", f"{choice} is not pinned: run scripts/pin.sh"


def test_a_changed_static_file_is_packed_anew_and_an_orphan_is_taken_away(tmp_path):
    style = tmp_path / "a.css"
    style.write_text("p { color: red }\n" * 100)
    assert static_pack.ensure(tmp_path) == 1
    assert static_pack.ensure(tmp_path) == 0
    before = (tmp_path / "a.css.gz").read_bytes()
    style.write_text("p { color: teal }\n" * 90)
    os.utime(style, (time.time() + 5, time.time() + 5))
    assert static_pack.ensure(tmp_path) == 1
    assert (tmp_path / "a.css.gz").read_bytes() != before
    style.unlink()
    static_pack.ensure(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_faces_hold_the_characters_of_names_that_gb_2312_lacks():
    kept = fonts.wanted(fonts.FACES[0])
    assert {ord(sign) for sign in "玥珺喆堃"} <= kept
    assert not {"玥", "喆"} & set(fonts.gb2312())
    assert len(fonts.gb2312()) == 7445


class Pair:
    """Two small programs under the supervisor, each writing its process id into a file when it starts."""

    LASTING = "import os, time; open(os.environ['NOTES'], 'a').write(f'{{os.getpid()}}\\n'); time.sleep({seconds}); raise SystemExit({code})"

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"

    def supervise(self, server_s: float, consumer_s: float, server_code: int = 0) -> serve.Supervisor:
        commands = [
            [sys.executable, "-c", self.LASTING.format(seconds=seconds, code=code)]
            for seconds, code in ((server_s, server_code), (consumer_s, 3))
        ]
        return serve.Supervisor(*commands, {**os.environ, "NOTES": str(self.notes)})

    def all_gone(self) -> bool:
        return not any(_runs(pid) for pid in self.notes.read_text().split())


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """The supervisor takes over SIGTERM and SIGINT; the test gives them back. Waiting between crashes is left out."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    sleep = time.sleep
    monkeypatch.setattr(serve.time, "sleep", lambda seconds: sleep(min(seconds, 0.1)))
    yield Pair(tmp_path)
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_told_to_stop_both_end(pair):
    supervisor = pair.supervise(60, 60)
    threading.Timer(1.0, supervisor.stop).start()
    assert supervisor.run() == 0
    assert pair.all_gone()


def test_a_server_that_ends_takes_the_consumer_with_it(pair):
    assert pair.supervise(0.5, 60, server_code=4).run() == 4
    assert pair.all_gone()


def test_a_consumer_that_cannot_stay_up_is_tried_five_times_and_no_more(pair):
    assert pair.supervise(60, 0).run() == 1
    assert len(pair.notes.read_text().split()) == 6
    assert pair.all_gone()


def test_a_supervisor_that_is_killed_leaves_nobody_behind(tmp_path):
    notes = tmp_path / "notes"
    lasting = Pair.LASTING.format(seconds=60, code=0)
    code = f"import os, sys; from scripts import serve; c = [sys.executable, '-c', {lasting!r}]; serve.Supervisor(c, c, dict(os.environ)).run()"
    supervisor = subprocess.Popen([sys.executable, "-c", code], cwd=environment.ROOT, env={**os.environ, "NOTES": str(notes)})
    until = time.monotonic() + 20
    while time.monotonic() < until and (not notes.exists() or len(notes.read_text().split()) < 2):
        time.sleep(0.05)
    supervisor.kill()
    supervisor.wait()
    pids = notes.read_text().split()
    while time.monotonic() < until and any(_runs(pid) for pid in pids):
        time.sleep(0.05)
    assert len(pids) == 2
    assert not any(_runs(pid) for pid in pids)


def _runs(pid: str) -> bool:
    """True for a process that is alive; one that ended and waits to be noticed does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
