"""The run killed with SIGKILL in the middle of its work, three times and fifteen: carried on, it ends exactly as one that was never killed."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import SECRET
from workflow import cutover, cutover_intake, cutover_samples, ledger
from workflow.application import LEGACY_CARD_STATES, State
from workflow.models import Case, CutoverLine, CutoverRun, Event, Message, db

ROOT = Path(__file__).resolve().parents[2]
CASES, CHUNK = 240, 4


@pytest.fixture
def old(app, tmp_path):
    made = cutover_samples.make(tmp_path / "old", CASES, card_share=1.0, employers=3)
    for source in cutover_intake.in_order([made["employers"], made["cases"]]):
        cutover_intake.bring(source)
    yield made
    db.session.remove()


def command(settings, *words: str) -> subprocess.Popen:
    """The command in a process of its own, as an operator starts it."""
    own = {
        "DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url, "FILES_URL": settings.files_url, "KEYS_DIR": str(settings.keys_dir), "SECRET_KEY": SECRET,
        "MODE": "testing", "BASE_URL": settings.base_url,
    }  # fmt: skip
    call = [sys.executable, "-m", "flask", "--app", "wsgi", "cutover", *words]
    return subprocess.Popen(call, cwd=ROOT, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_after(settings, steps: int, *words: str) -> int:
    """Start it, let it say `steps` steps, kill it. Returns how it ended."""
    process = command(settings, *words)
    for _ in range(steps):
        assert process.stderr.readline(), "it ended before it was killed"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode


def finished(settings, *words: str) -> str:
    process = command(settings, *words)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    return said


def rows() -> dict[str, list]:
    """Everything that a run writes, the days and hashes with it. Numbers given by the database itself are left out, and when it came to its end."""
    db.session.rollback()
    found = {}
    for model in (Case, Event, Message, CutoverLine, CutoverRun):
        table = model.__table__
        columns = [c for c in table.c if c.name not in (("id",) if model in (Event, Message) else ()) + ("finished_at", "undone_at" if model is CutoverRun else "")]
        found[table.name] = sorted(str(tuple(row)) for row in db.session.execute(sa.select(*columns)))
    return found


def test_a_run_killed_three_times_ends_exactly_as_one_that_was_not(old, settings, tmp_path):
    run_id = cutover.begin()
    put_aside(settings, tmp_path)
    came = [0]
    for steps in (3, 7, 5):
        assert killed_after(settings, steps, "run", "--chunk", str(CHUNK)) == -signal.SIGKILL
        came.append(db.session.scalar(sa.select(sa.func.count()).select_from(CutoverLine)))
        db.session.rollback()
        waiting = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(Case.state.in_(LEGACY_CARD_STATES)))
        assert came[-1] + waiting == CASES
        assert not list(ledger.verify())
        db.session.rollback()
    assert 0 < came[1] < came[2] < came[3] < CASES
    assert f"{CASES} of {CASES} returned, finished" in finished(settings, "run", "--chunk", str(CHUNK))
    each_once()
    ended = rows()
    assert cutover.begin() is None
    assert rows() == ended
    as_never_killed(settings, tmp_path, run_id, ended)


def put_aside(settings, tmp_path: Path) -> None:
    """Keep a copy of the database as it is now (SQLite: a file)."""
    db.session.remove()
    if settings.database_url.startswith("sqlite"):
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(tmp_path / "portal.db", tmp_path / "never-killed.db")


def as_never_killed(settings, tmp_path: Path, run_id: int, ended: dict[str, list]) -> None:
    """The copy, carried on in one go, ends with the same rows."""
    if settings.database_url.startswith("sqlite"):
        shutil.move(tmp_path / "portal.db", tmp_path / "killed.db")
        for left in tmp_path.glob("portal.db-*"):
            left.unlink()
        db.session.remove()
        db.engine.dispose()
        shutil.move(tmp_path / "never-killed.db", tmp_path / "portal.db")
        cutover.carry_on(run_id, chunk=CHUNK)
        assert rows() == ended


KILLED_AT = (3, 7, 11, 18, 26, 5, 33, 14, 41, 9, 22, 30, 12, 37, 16)  # statements of each attempt: within chunks, and between them


def forked_and_killed(run_id: int, statements: int) -> int:
    """Carry on in a child that ends itself with SIGKILL before its n-th statement. Returns the signal it died of, 0 if it came to the end."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        left = [statements]

        def count(*_):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sa.event.listen(db.engine, "before_cursor_execute", count)
            cutover.carry_on(run_id, chunk=CHUNK)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_run_killed_at_fifteen_points_in_a_row_ends_exactly_as_one_that_was_not(old, settings, tmp_path):
    run_id = cutover.begin()
    put_aside(settings, tmp_path)
    came = [0]
    for statements in KILLED_AT:
        assert forked_and_killed(run_id, statements) == -signal.SIGKILL
        came.append(db.session.scalar(sa.select(sa.func.count()).select_from(CutoverLine)))
        waiting = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(Case.state.in_(LEGACY_CARD_STATES)))
        db.session.rollback()
        assert came[-1] % CHUNK == 0, "half a chunk was written"
        assert came[-1] + waiting == CASES
    assert came == sorted(came)
    assert 0 < came[-1] < CASES
    assert len(set(came)) < len(came), "some were killed within their first chunk, and left nothing"
    cutover.carry_on(run_id, chunk=CHUNK)
    each_once()
    ended = rows()
    assert cutover.begin() is None
    as_never_killed(settings, tmp_path, run_id, ended)


def test_an_undoing_killed_half_way_is_finished_by_the_next_call(old, settings):
    run_id = cutover.begin()
    cutover.carry_on(run_id)
    db.session.remove()
    assert killed_after(settings, 4, "undo", str(run_id), "--chunk", str(CHUNK)) == -signal.SIGKILL
    back = db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(Case.state.in_(LEGACY_CARD_STATES)))
    db.session.rollback()
    assert 0 < back < CASES
    assert cutover.undo(run_id) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(Case.state.in_(LEGACY_CARD_STATES))) == CASES
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.trigger.like("cutover_undo_%"))) == CASES
    assert not list(ledger.verify())


def test_taking_over_a_file_killed_half_way_goes_on_where_the_last_batch_ended(app, settings, tmp_path):
    made = cutover_samples.make(tmp_path / "old", CASES, employers=3, faulty=0.1)
    files = [str(made[kind]) for kind in ("employers", "notices", "cards", "cases")]
    db.session.remove()
    for steps in (4, 9):
        assert killed_after(settings, steps, "import", "--batch", "10", *files) == -signal.SIGKILL
    again = [cutover_intake.bring(source) for source in cutover_intake.in_order([Path(f) for f in files])]
    for file, path in zip(again, files, strict=True):
        assert file.accepted + file.known + file.rejected == file.position == Path(path).read_text().count("\n") - 1
        assert file.finished_at
    assert sum(file.rejected for file in again) > 0
    assert sum(file.known for file in again) == 0, "no row was written twice"
    numbers = db.session.scalars(sa.select(Case.legacy_number).where(Case.legacy_number.is_not(None))).all()
    assert len(numbers) == len(set(numbers)) == sum(file.accepted for file in again if file.kind != "employers")
    assert not list(ledger.verify())


def each_once() -> None:
    db.session.rollback()
    lines = db.session.scalars(sa.select(Event.subject_id).where(Event.trigger == "cutover_return")).all()
    told = db.session.scalars(sa.select(Message.case_id).where(Message.msgid.contains("reviewed anew"))).all()
    assert len(lines) == len(set(lines)) == CASES
    assert sorted(told) == sorted(lines)
    assert set(db.session.scalars(sa.select(Case.state).where(Case.id.in_(lines)))) == {State.PRELIMINARY_REVIEW}
    assert not list(ledger.verify())
