"""After a new version of a check its files are looked at again: once, resumed where it stopped, and nobody is locked out by it."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from workflow import clock, desk, files, looking, relooking
from workflow.intake.findings import Rule, found
from workflow.intake.looks import Check, Look
from workflow.models import Case, CaseFinding, CaseMaterial, db, writing

RULES = {"pose": Rule("reject", "The head leans by %(measured)s."), "spots": Rule("warn", "There are %(measured)s spots.")}


class Checks:
    """The checks of the house in a version and with an answer of the test's own."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.patch, self.asked = patch, []

    def now(self, version: str, *codes: str) -> None:
        def look(name: str, data: bytes) -> Look:
            self.asked.append(name)
            return Look(tuple(found(RULES, code, "9", 8) for code in codes), {"version": version})

        self.patch.setattr(looking, "CHECKS", {"photo": Check(version, look)})


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    return Checks(monkeypatch)


def photo(case: Case) -> CaseMaterial:
    db.session.rollback()
    return db.session.scalars(sa.select(CaseMaterial).where(CaseMaterial.case_id == case.id, CaseMaterial.kind == "photo", CaseMaterial.replaced_at.is_(None))).one()


def findings(case: Case) -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(CaseFinding.code, CaseFinding.level, CaseFinding.check_version).where(CaseFinding.case_id == case.id, CaseFinding.check_version != "").order_by(CaseFinding.id))
    return [tuple(row) for row in rows]  # type: ignore[misc]


def again(**how: bool) -> list[relooking.Again]:
    return list(relooking.look_again(relooking.stale(), **how))


def test_a_new_version_takes_the_place_of_the_old_one_and_a_second_run_finds_nothing_to_do(app: Flask, checks: Checks) -> None:
    checks.now("1", "pose")
    case = factories.draft_case()
    assert look_first(case) == [("pose", "reject", "photo 1")]
    checks.now("2", "spots")
    (told,) = again()
    assert (told.case, told.kind, told.before, told.version, told.verdict, told.added, told.gone) == (case.number, "photo", "photo 1", "photo 2", "accept", ("spots",), ("pose",))
    assert findings(case) == [("spots", "warn", "photo 2")]
    assert photo(case).look["version"] == "2"
    assert again() == []
    assert findings(case) == [("spots", "warn", "photo 2")]


def look_first(case: Case) -> list[tuple[str, str, str]]:
    looking.look_at_file({"material": photo(case).id})
    return findings(case)


def test_a_dry_run_tells_the_same_and_writes_nothing(app: Flask, checks: Checks) -> None:
    checks.now("1", "pose")
    case = factories.draft_case()
    before = look_first(case)
    checks.now("2", "spots")
    dry = again(dry=True)
    assert findings(case) == before
    assert photo(case).look_version == "photo 1"
    assert again() == dry


def test_a_run_that_was_killed_goes_on_with_what_is_left(app: Flask, checks: Checks) -> None:
    checks.now("1", "pose")
    cases = [factories.draft_case() for _ in range(2)]
    for case in cases:
        look_first(case)
    checks.now("2", "spots")
    checks.asked.clear()
    going = relooking.look_again(relooking.stale())
    next(going)
    going.close()
    assert len(again()) == 1
    assert len(checks.asked) == 2
    assert [findings(case) for case in cases] == [[("spots", "warn", "photo 2")]] * 2


def test_two_runs_at_once_note_each_file_once(app: Flask, checks: Checks) -> None:
    checks.now("1", "pose")
    case = factories.draft_case()
    look_first(case)
    checks.now("2", "spots")
    mine = relooking.stale()
    assert len(again()) == 1
    assert list(relooking.look_again(mine)) == []
    assert findings(case) == [("spots", "warn", "photo 2")]


def test_a_filed_case_is_held_for_its_officer_and_never_shut(app: Flask, checks: Checks) -> None:
    checks.now("1", "spots")
    case = factories.filed_case()
    look_first(case)
    checks.now("2", "pose")
    again()
    assert findings(case) == [("pose", "review", "photo 2")]
    assert db.session.get_one(Case, case.id).refused_files == []


def test_ended_cases_replaced_files_and_held_files_are_left_alone(app: Flask, checks: Checks) -> None:
    checks.now("1", "spots")
    ended, replaced, held = factories.filed_case(), factories.draft_case(), factories.draft_case()
    for each in (ended, replaced, held):
        look_first(each)
    desk.act(ended.id, "withdraw", by=factories.person("lin"), seen=None, reason="不再聘用。")
    replaced_id, held_id = photo(replaced).id, photo(held).id
    with writing() as session:
        session.get_one(CaseMaterial, replaced_id).replaced_at = clock.now()
        other = files.keep(b"another photo", "image/jpeg")
        session.get_one(CaseMaterial, held_id).sha256, other.scan = other.sha256, "held"
    checks.now("2", "pose")
    assert relooking.stale() == []
    with writing() as session:
        session.get_one(CaseMaterial, replaced_id).replaced_at = None
        session.get_one(CaseMaterial, held_id).stored.scan = "clean"
    assert relooking.stale() == [replaced_id, held_id]


def test_the_command_names_each_file_and_the_one_that_cannot_be_read(app: Flask, checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.relook_cli import relook

    checks.now("1", "pose")
    cases = [factories.draft_case() for _ in range(2)]
    for case in cases:
        look_first(case)
    checks.now("2", "spots")
    lost, real = photo(cases[0]).id, files.read
    calls: list[str] = []

    def read(sha256: str) -> bytes:
        calls.append(sha256)
        if len(calls) == 1:
            raise OSError("not there")
        return real(sha256)

    monkeypatch.setattr(files, "read", read)
    for check in ("photo", "passport_page"):
        monkeypatch.setattr(f"workflow.intake.{check}.keep_warm", lambda: None)
    done = app.test_cli_runner().invoke(relook, ["--kind", "photo"])
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.exit_code == 1
    assert [(each["material"] == lost, each["failed"]) for each in lines] == [(True, "OSError"), (False, "")]
    assert app.test_cli_runner().invoke(relook, ["--kind", "passport"]).exit_code == 0
    assert app.test_cli_runner().invoke(relook, []).exit_code == 0
    assert relooking.stale() == []
