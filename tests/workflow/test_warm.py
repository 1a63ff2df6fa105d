"""The sandbox that stays: as safe as the one that ends, file after file."""

import os
import signal
import sys

import pytest

from workflow.intake import sandbox, warm


@pytest.fixture
def worker(monkeypatch, tmp_path):
    """Run a few lines as the kept child's worker, as in test_intake_sandbox."""

    def run(source, data=b"", **limits):
        script = tmp_path / "child.py"
        if not script.exists() or source not in script.read_text():
            warm.close()
            preamble = f"import sys; sys.path.insert(0, {str(sandbox.ROOMS.parent)!r})\nfrom workflow.intake import child\n"
            hook = "import types\nmodule = types.ModuleType('trial'); module.work = work; sys.modules['trial'] = module\nchild.WORKERS['trial'] = ('trial', 'work')\n"
            script.write_text(preamble + source + "\n" + hook + "child.wait_for_jobs('trial')\n")
        monkeypatch.setitem(warm.WORKERS, "trial", ("trial", "work"))
        monkeypatch.setattr(sandbox, "CHILD", script)
        monkeypatch.setattr(sandbox, "walls_of", lambda reads=(): sandbox._walls(sandbox._bubblewrap(), (tmp_path,)) if sandbox._bubblewrap() else [])
        return warm.run("trial", data, limits=sandbox.Limits(**{"seconds": 3, "cpu_seconds": 1, **limits}))

    yield run
    warm.close()


WHO = "import os\nseen = []\ndef work(data):\n    seen.append(1)\n    return {'pid': os.getpid(), 'parent': os.getppid(), 'seen': len(seen), 'size': len(data)}, {}\n"


def test_the_process_stays_and_each_file_has_a_child_of_its_own(worker):
    answers = [worker(WHO, b"x" * size).value for size in (1, 2, 3_000_000)]
    assert [a["size"] for a in answers] == [1, 2, 3_000_000]
    assert len({a["parent"] for a in answers}) == 1
    assert len({a["pid"] for a in answers}) == 3
    assert {a["seen"] for a in answers} == {1}


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("import os, signal\ndef work(data): os.kill(os.getpid(), signal.SIGSEGV)", "died"),
        ("import time\ndef work(data): time.sleep(60)", "slow"),
        ("def work(data):\n    while True: pass", "slow"),
        ("def work(data): return {'x': len(bytearray(3 * 1024**3))}, {}", "memory"),
        ("import os\ndef work(data): os.write(1, b'x' * 100000); os._exit(0)", "died"),
        ("import os, signal\ndef work(data): os.kill(os.getppid(), signal.SIGKILL)\n", "died"),
    ],
    ids=["crash", "sleep", "spin", "eat", "babble", "kill what stays"],
)
def test_whatever_a_child_does_the_next_file_is_read(worker, source, how):
    mixed = f"{source.replace('def work', 'def bad')}\n\ndef work(data): return bad(data) if data == b'bad' else ({{'fine': True}}, {{}})\n"
    assert worker(mixed, b"good").value == {"fine": True}
    result = worker(mixed, b"bad")
    assert result.value is None
    assert result.finding.measured == how
    assert worker(mixed, b"good").value == {"fine": True}


def test_one_that_ended_while_it_waited_is_replaced(worker):
    assert worker(WHO, b"1").value["size"] == 1
    for kept in warm._idle["trial"]:
        os.killpg(kept.process.pid, signal.SIGKILL)
        kept.process.wait()
    assert worker(WHO, b"12").value["size"] == 2


def test_a_worker_that_does_not_exist_is_our_mistake():
    with pytest.raises(KeyError):
        warm.run("no such worker", b"")
    assert sys.executable
