"""Whatever the child does – die, hang, babble, eat – the parent gets a Finding, soon, and stays as it was."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from workflow.intake import child, sandbox
from workflow.intake.findings import Finding

QUICK = sandbox.Limits(seconds=3, cpu_seconds=1)


@pytest.fixture(params=["bubblewrap", "limits"])
def walls(request, monkeypatch):
    """Both ways of running: a machine without user namespaces has the second only."""
    if request.param == "limits":
        monkeypatch.setattr(sandbox, "walls_of", lambda reads=(): [])
    elif not sandbox._bubblewrap():
        pytest.skip("user namespaces are not allowed here")
    return request.param


@pytest.fixture
def worker(monkeypatch, tmp_path):
    """Run a few lines as the child's worker: `work(data, **args)` of the given source."""

    def run(source, data=b"", limits=QUICK, **args):
        script = tmp_path / "child.py"
        preamble = f"import sys; sys.path.insert(0, {str(sandbox.ROOMS.parent)!r})\nfrom workflow.intake import child\n"
        hook = "import types\nmodule = types.ModuleType('trial'); module.work = work; sys.modules['trial'] = module\n"
        script.write_text(preamble + source + "\n" + hook + "child.WORKERS['trial'] = ('trial', 'work')\nchild.main()\n")
        monkeypatch.setitem(sandbox.WORKERS, "trial", ("trial", "work"))
        monkeypatch.setattr(sandbox, "CHILD", script)
        return sandbox.run("trial", data, args=args, limits=limits, reads=(tmp_path,))

    return run


def unreadable(result, how):
    assert result.value is None
    assert isinstance(result.finding, Finding)
    assert (result.finding.code, result.finding.level, result.finding.measured) == ("unreadable", "reject", how)
    assert "%(" not in result.finding.sentence()
    return True


def test_an_honest_worker_answers_with_value_and_blobs(walls, worker):
    result = worker("def work(data, name): return {'size': len(data), 'name': name}, {'twice': data * 2}", b"abc\n\x00", name="样张")
    assert result.finding is None
    assert result.value == {"size": 5, "name": "样张"}
    assert result.blobs == {"twice": b"abc\n\x00abc\n\x00"}
    assert result.sandbox == walls
    assert result.cpu_seconds > 0


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("def work(data): import os; os.abort()", "died"),
        ("def work(data): import ctypes; ctypes.string_at(0)", "died"),
        ("def work(data): import os; os._exit(3)", "died"),
        ("def work(data): raise ValueError('of course')", "died"),
        ("def work(data): return 'not a dictionary', {}", "died"),
        ("def work(data): return {'a': b'not json'}, {}", "died"),
        ("def work(data): return {'a': bytearray(3 << 30)}, {}", "memory"),
        ("def work(data):\n  import time\n  time.sleep(60)", "slow"),
        ("def work(data):\n  while True: pass", "slow"),
        ("print('babble'); import os; os.write(1, b'{}\\n'); os._exit(0)\ndef work(data): pass", "died"),
        ("import os; os.write(1, b'\\xff' * 1000); os._exit(0)\ndef work(data): pass", "died"),
        ("import os; os.write(1, b'{\"value\": {}, \"blobs\": {\"a\": 9999}, \"cpu\": 0, \"rss\": 0}\\n'); os._exit(0)\ndef work(d): pass", "died"),
        ("import os\nwhile True: os.write(1, b'x' * 65536)\ndef work(data): pass", "died"),
        ("import os\nif os.fork(): os._exit(0)\nimport time; time.sleep(60)\ndef work(data): pass", "slow"),
    ],
    ids=["abort", "segfault", "exit", "raise", "string", "bytes", "memory", "sleep", "loop", "rubbish", "bytes-out", "lying-blob", "flood", "fork"],
)
def test_a_bad_end_is_a_finding(walls, worker, source, how):
    started = time.monotonic()
    result = worker(source, b"data", limits=sandbox.Limits(seconds=2, cpu_seconds=1, output_bytes=1 << 20))
    if source.startswith("import os\nif os.fork") and walls == "bubblewrap":
        how = result.finding.measured  # the namespace ends with its first process
    assert unreadable(result, how)
    assert time.monotonic() - started < 6


def test_chatter_of_a_library_does_not_spoil_the_answer(walls, worker):
    result = worker("def work(data):\n  import os; os.write(1, b'libjpeg warning'); print('hello'); return {'a': 1}, {}")
    assert result.value == {"a": 1}


def test_the_child_can_write_no_file_and_sees_no_environment(walls, worker, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    source = """
def work(data):
    import os
    try:
        with open("/tmp/left-behind", "w") as out: out.write("x" * 10)
        written = os.path.getsize("/tmp/left-behind")
    except OSError: written = 0
    return {"written": written, "environment": [each for each in os.environ if each not in ("LC_CTYPE", "PWD")]}, {}
"""
    assert worker(source).value == {"written": 0, "environment": []}


def test_behind_bubblewrap_there_is_no_disk_and_no_network(worker, tmp_path):
    if not sandbox._bubblewrap():
        pytest.skip("user namespaces are not allowed here")
    here = sandbox.ROOMS.parent
    source = f"""
def work(data):
    import os, socket
    try: socket.create_connection(("127.0.0.1", {8000}), 1); net = True
    except OSError as no: net = no.errno
    return {{"net": net, "home": os.path.exists("/home"), "passwd": os.path.exists("/etc/passwd"),
            "git": os.path.exists({str(here / ".git")!r}), "models": os.path.exists({str(here / "workflow/models")!r})}}, {{}}
"""
    value = worker(source).value
    assert value["net"] is not True
    assert not any(value[key] for key in ("home", "passwd", "git", "models"))


def test_no_process_is_left_behind(walls, worker):
    worker("import os, sys\nif not os.fork():\n  import time; time.sleep(30)\ndef work(data): return {}, {}")
    time.sleep(0.3)
    mine = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                if str(sandbox.CHILD).encode() in line.read():
                    mine.append(pid)
        except OSError:
            continue
    assert mine == []


def test_a_large_job_does_not_block_on_a_child_that_never_reads(walls, worker):
    result = worker("import os; os._exit(0)\ndef work(data): pass", b"x" * (30 << 20))
    assert unreadable(result, "died")


def test_many_at_once_all_get_their_own_answer(worker):
    worker("def work(data): return {'said': data.decode()}, {}", b"first")
    answers = {}

    def ask(number):
        answers[number] = sandbox.run("trial", str(number).encode(), limits=sandbox.Limits(), reads=(sandbox.CHILD.parent,)).value

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert answers == {number: {"said": str(number)} for number in range(6)}


def test_a_worker_that_does_not_exist_is_our_mistake_and_is_raised():
    with pytest.raises(KeyError):
        sandbox.run("no such worker", b"")


def test_a_machine_that_cannot_start_processes_still_answers(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setattr(sandbox, "walls_of", lambda reads=(): [])
    assert unreadable(sandbox.run("upload", b"x", args={}), "died")


def test_the_childs_limits_are_set_before_the_data_is_read():
    source = Path(child.__file__).read_text()
    main = source[source.index("def main") :]
    assert main.index("limit(") < main.index("import_module") < main.index("stdin.buffer.read()")
