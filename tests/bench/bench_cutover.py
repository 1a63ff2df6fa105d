"""The run of 1 December 2024 beside raw executemany: `python -m tests.bench.bench_cutover [--cases 100000] [--postgres] [--rounds 3]`.

Two arms on copies of one database, in turn, in one run:
  raw      the driver's executemany of `UPDATE permit_case SET state…` and one plain audit row a case; nothing else
  cutover  workflow.cutover as it is: journal, event with its seal and four indexes, message, state, clock; in chunks of 5,000
The ratio counts, not the seconds. Then the peak memory of a process that runs it for N / 10 and for N cases, and the case files read through.
--postgres starts a cluster of its own (scripts/postgres.py, which does not wait for the disk: neither arm does).
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

from config import Settings
from scripts.postgres import cluster
from workflow import clock, cutover, ledger
from workflow.application import LEGACY_CARD_STATES, State
from workflow.cutover_cohorts import EFFECTIVE
from workflow.employer import EmployerState
from workflow.models import Authority, AuthorityProfile, Case, Employer, Event, User, db, writing
from workflow.profiles import SHENZHEN
from workflow.roles import Role
from wsgi import create_app

ROOT = Path(__file__).resolve().parents[2]
RAW = (
    "UPDATE permit_case SET state = {p}, version = version + 1, changed_at = {p} WHERE id = {p}",
    "INSERT INTO raw_audit (case_id, from_state, to_state, at) VALUES ({p}, {p}, {p}, {p})",
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--json", type=Path)
    asked.add_argument("--one", help=argparse.SUPPRESS)  # a child: run the cutover once on this database and say its peak memory
    given = asked.parse_args()
    if given.one:
        with house(given.one):
            print(json.dumps({"seconds": run(), "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
        return
    figures = measured(given.cases, given.rounds, given.postgres)
    print("\n".join(f"{name:44} {value}" for name, value in figures.items()))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


def measured(cases: int, rounds: int, postgres: bool) -> dict[str, Any]:
    spent: dict[str, list[float]] = {"raw": [], "cutover": []}
    with ExitStack() as stack:
        store: Any = stack.enter_context(Postgres.opened() if postgres else Sqlite.opened())
        whole = store.filled(cases)
        for _ in range(rounds):
            for name, arm in (("raw", raw), ("cutover", run)):
                with store.copy(whole) as url, house(url):
                    spent[name].append(arm())
                    if name == "cutover":
                        broken, lines = list(ledger.verify()), ledger.count()
                        assert (broken[:3], lines) == ([], 2 * cases)
        memory = {}
        for n in (cases // 10, cases):
            with store.copy(whole if n == cases else store.filled(n)) as url:
                child = subprocess.run([sys.executable, "-m", "tests.bench.bench_cutover", "--one", url], cwd=ROOT, check=True, capture_output=True, timeout=900)
                memory[n] = json.loads(child.stdout.splitlines()[-1])["rss"]
    middle = {name: statistics.median(times) for name, times in spent.items()}
    return {
        "database": "PostgreSQL" if postgres else "SQLite", "cases": cases, "raw executemany, s": round(middle["raw"], 2), "cutover, s": round(middle["cutover"], 2),
        "cutover, times raw": round(statistics.median(c / r for c, r in zip(spent["cutover"], spent["raw"], strict=True)), 2),
        "cutover, thousand cases a second": round(cases / middle["cutover"] / 1000, 1), **{f"peak memory at {n} cases, MiB": rss for n, rss in memory.items()},
    }  # fmt: skip


def run() -> float:
    start = time.perf_counter()
    run_id = cutover.begin(EFFECTIVE)
    assert run_id is not None
    cutover.carry_on(run_id)
    return time.perf_counter() - start


def raw(chunk: int = cutover.CHUNK) -> float:
    """What the driver can do at best, row by row."""
    engine = db.engine
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE raw_audit (id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY, case_id INTEGER, from_state VARCHAR(40), to_state VARCHAR(40), at VARCHAR(40))" if mark == "%s" else "CREATE TABLE raw_audit (id INTEGER PRIMARY KEY, case_id INTEGER, from_state VARCHAR(40), to_state VARCHAR(40), at VARCHAR(40))")
        rows = connection.execute(sa.select(Case.id, Case.state).where(Case.state.in_(LEGACY_CARD_STATES))).all()
    at, to = "2024-12-01 00:00:00.000000", State.PRELIMINARY_REVIEW.value
    start = time.perf_counter()
    for n in range(0, len(rows), chunk):
        some = rows[n : n + chunk]
        connection = engine.raw_connection()
        cursor = connection.cursor()
        if mark == "?":
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(RAW[0].format(p=mark), [(to, at, key) for key, _ in some])
        cursor.executemany(RAW[1].format(p=mark), [(key, state.value, to, at) for key, state in some])
        cursor.execute("COMMIT") if mark == "?" else connection.commit()
        connection.close()
    return time.perf_counter() - start


@contextmanager
def house(url: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        app = create_app(Settings(data_dir=at, mode="testing", secret_key="a secret for benchmarks, thirty-two long", base_url="http://portal.example", database_url=url, files_url=f"file://{at / 'files'}", keys_dir=at / "keys", inline_jobs=True))
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()


def fill(cases: int) -> None:
    """Three employers of one authority, and card applications of the old system, each with the first line of its case file."""
    upgrade()
    _offices()
    filed = datetime(2024, 11, 5, 9, tzinfo=clock.BEIJING)
    offices = db.session.execute(sa.select(Employer.id, Employer.authority_id, AuthorityProfile.id, User.id).join(AuthorityProfile, AuthorityProfile.authority_id == Employer.authority_id).join(User, User.employer_id == Employer.id)).all()
    first = (db.session.scalar(sa.select(sa.func.max(Case.id))) or 0) + 1
    db.session.rollback()
    for start in range(first, first + cases, 10_000):
        rows, lines = [], []
        for n in range(start, min(start + 10_000, first + cases)):
            employer, authority, profile, handler = offices[n % len(offices)]
            state, at = LEGACY_CARD_STATES[n % 2], filed + timedelta(minutes=n % 30_000)
            line = Event(subject="case", subject_id=n, seq=1, from_version=0, case_id=n, trigger="take_over", actor_name="system", role=Role.SYSTEM, at=at, from_state="", to_state=state.value, facts={"file": "cases.csv"}, previous="")
            line.hash = ledger.seal(line)
            lines.append({c.key: getattr(line, c.key) for c in sa.inspect(Event).column_attrs if c.key != "id"})
            answers = {"basic": {"surname": "MORETTI", "given_names": f"PERSON {n}", "nationality": "ITA", "passport_no": f"YB{n:07d}", "sex": "F", "birth_date": "1990-03-14"}, "application": {"position": "光学设计工程师", "division": "440305", "contract_from": "2025-01-06", "contract_to": "2026-12-31"}}
            rows.append({"id": n, "number": f"LK{n:012d}", "legacy_number": f"LK{n:012d}", "origin": "legacy", "service": "new_overseas", "state": state, "version": 1, "employer_id": employer, "authority_id": authority, "profile_id": profile, "handler_id": handler, "answers": answers, "applicant": f"MORETTI PERSON {n}", "nationality": "ITA", "passport_no": f"YB{n:07d}", "permit_class": "B", "created_at": at, "changed_at": at, "submitted_at": at, "head": line.hash, "events_count": 1})
        with db.engine.begin() as connection:
            connection.execute(sa.insert(Case), rows)
            connection.execute(sa.insert(Event), lines)
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _offices() -> None:
    with writing() as session:
        office = Authority(division="440300", name="深圳市外国人工作管理部门", name_en="Shenzhen authority for foreigners' work")
        session.add(office)
        session.flush()
        session.add(AuthorityProfile(authority_id=office.id, version=1, data=SHENZHEN.to_json(), created_at=clock.now()))
        for n in range(3):
            employer = Employer(credit_code=f"91440300MA5F0000{n}X", name=f"样本公司{n}", authority_id=office.id, state=EmployerState.CONFIRMED, created_at=clock.now())
            session.add(employer)
            session.flush()
            session.add(User(email=f"old{n}@old-system.invalid", name="原系统经办人", password_hash="!", active=False, employer_id=employer.id, created_at=clock.now()))


class Sqlite:
    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Sqlite"]:
        with tempfile.TemporaryDirectory() as folder:
            yield cls(Path(folder))

    def filled(self, cases: int) -> Path:
        path = self.folder / f"filled-{cases}.db"
        with house(f"sqlite:///{path}"):
            fill(cases)
        return path

    @contextmanager
    def copy(self, of: Path) -> Iterator[str]:
        path = self.folder / "copy.db"
        shutil.copy(of, path)
        yield f"sqlite:///{path}"
        for each in self.folder.glob("copy.db*"):
            each.unlink()


class Postgres:
    def __init__(self, server: str):
        self.server = server

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Postgres"]:
        with cluster() as server:
            yield cls(server)

    def url(self, name: str) -> str:
        return sa.make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def administer(self, statement: str) -> None:
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def filled(self, cases: int) -> str:
        self.administer(f"CREATE DATABASE filled_{cases}")
        with house(self.url(f"filled_{cases}")):
            fill(cases)
        return f"filled_{cases}"

    @contextmanager
    def copy(self, of: str) -> Iterator[str]:
        self.administer(f"CREATE DATABASE copied TEMPLATE {of}")
        yield self.url("copied")
        self.administer("DROP DATABASE copied WITH (FORCE)")


if __name__ == "__main__":
    main()
