"""The run of 1 December 2024: what is returned and what is not, the clock, the message, undoing, and both sides of Beijing's midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.factories import person
from workflow import clock, cutover, cutover_cohorts, cutover_intake, cutover_samples, desk, ledger, marking
from workflow.application import LEGACY_CARD_STATES, State
from workflow.cutover_cohorts import EFFECTIVE, WHY_RETURNED
from workflow.engine import Refused
from workflow.models import AgentAuthority, Authority, Case, CutoverLine, CutoverRun, Employer, Event, Message, Permit, db, writing

LAST_SECOND = datetime(2024, 11, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Beijing
MIDNIGHT = datetime(2024, 11, 30, 16, 0, 0, tzinfo=UTC)


@pytest.fixture
def old(app, tmp_path):
    """Forty cases in flight with their notifications and cards, taken over from invented files."""
    made = cutover_samples.make(tmp_path / "old", 40, employers=4)
    for source in cutover_intake.in_order(list(made.values())):
        assert cutover_intake.bring(source).rejected == 0


def run(effective=EFFECTIVE, **more):
    run_id = cutover.begin(effective)
    if run_id is not None:
        cutover.carry_on(run_id, **more)
    db.session.expire_all()
    return run_id


def cards(*states):
    return list(db.session.scalars(sa.select(Case).where(Case.state.in_(states or LEGACY_CARD_STATES)).order_by(Case.id)))


def everything():
    """Every row that a run could touch."""
    tables = (Case.__table__, Event.__table__, Message.__table__, CutoverLine.__table__, CutoverRun.__table__)
    return {t.name: sorted(map(str, db.session.execute(sa.select(t)).all())) for t in tables}


def test_every_card_application_in_flight_returns_to_preliminary_review_and_nothing_else_moves(old):
    ids = [c.id for c in cards()]
    others = {c.id: (c.state, c.version, c.head) for c in db.session.scalars(sa.select(Case).where(Case.id.not_in(ids)))}
    assert ids
    assert others
    run(chunk=7)
    for case in db.session.scalars(sa.select(Case).where(Case.id.in_(ids))):
        assert (case.state, case.version, case.events_count) == (State.PRELIMINARY_REVIEW, 2, 2)
    assert {c.id: (c.state, c.version, c.head) for c in db.session.scalars(sa.select(Case).where(Case.id.not_in(ids)))} == others


def test_each_returned_case_has_one_event_one_message_one_line_in_the_journal_and_an_unbroken_file(old):
    before = {c.id: c.state.value for c in cards()}
    run_id = run(chunk=7)
    lines = db.session.scalars(sa.select(Event).where(Event.trigger == "cutover_return")).all()
    assert {e.subject_id: e.from_state for e in lines} == before
    assert len(lines) == len(before)
    assert {(e.role.value, e.to_state, e.facts["reason"], e.facts["effective"]) for e in lines} == {("cutover", "preliminary_review", WHY_RETURNED, "2024-12-01T00:00:00+08:00")}
    told = db.session.scalars(sa.select(Message).where(Message.case_id.in_(before))).all()
    assert sorted(m.case_id for m in told) == sorted(before)
    assert all(m.values == {"number": m.case.number, "name": m.case.applicant} and m.employer_id == m.case.employer_id for m in told)
    assert {line.case_id: line.from_state for line in db.session.scalars(sa.select(CutoverLine).where(CutoverLine.run_id == run_id))} == before
    assert not list(ledger.verify())


def test_the_seal_made_inside_the_database_is_the_ledgers_own(old):
    run()
    line = db.session.scalar(sa.select(Event).where(Event.trigger == "cutover_return").limit(1))
    assert ledger.seal(line) == line.hash
    line.facts = {**line.facts, "run": 99}
    assert ledger.seal(line) != line.hash
    db.session.rollback()


def test_the_clock_of_preliminary_review_runs_from_the_run_with_each_authoritys_own_promise(old):
    run()
    returned = [db.session.get(Case, line.case_id) for line in db.session.scalars(sa.select(CutoverLine))]
    assert {c.authority.division for c in returned} == {"440300", "110000"}
    for case in returned:
        assert (case.limit_kind, case.limit_since, case.accepted_at) == ("preliminary", clock.today(), None)
        assert case.due_on == desk.deadline_of(case).due


def test_an_agent_of_the_employer_is_told_too(old):
    case = cards()[0]
    with writing() as session:
        agent, lin = session.scalars(sa.select(Employer).where(Employer.id != case.employer_id).limit(1)).one(), person("lin")
        for first in (0, 1):  # two rows in force for one agent are still one message
            session.add(AgentAuthority(employer_id=case.employer_id, agent_id=agent.id, begins_on=clock.today() - timedelta(days=first), ends_on=clock.today(), granted_by_id=lin.id, granted_at=clock.now()))
        key, agent_id, employer_id = case.id, agent.id, case.employer_id
    run()
    assert sorted(db.session.scalars(sa.select(Message.employer_id).where(Message.case_id == key))) == sorted([employer_id, agent_id])


def test_a_second_run_changes_nothing(old):
    run(chunk=7)
    held = everything()
    assert run() is None
    assert everything() == held


def test_a_dry_run_says_how_many_by_when_and_writes_nothing(old):
    held, due = everything(), {}
    said = cutover.dry_run()
    assert sum(p.cases for p in said) == len(cards())
    assert everything() == held
    run()
    for case in db.session.scalars(sa.select(Case).where(Case.id.in_(sa.select(CutoverLine.case_id)))):
        due[case.authority.division] = case.due_on
    assert due == {p.division: p.due_on for p in said}


@pytest.mark.parametrize(("filed", "returned"), [(LAST_SECOND, True), (MIDNIGHT, False)], ids=["the last second of November in Beijing", "midnight"])
def test_what_was_filed_before_beijings_midnight_is_returned_and_what_was_filed_at_it_is_not(old, filed, returned):
    key = cards()[0].id
    with writing() as session:
        session.execute(sa.update(Case).where(Case.id == key).values(submitted_at=filed))
    run()
    assert (db.session.get(Case, key).state is State.PRELIMINARY_REVIEW) is returned


@pytest.mark.parametrize(("now", "may"), [(MIDNIGHT - timedelta(microseconds=1), False), (MIDNIGHT, True)], ids=["a moment before", "at midnight"])
def test_no_run_begins_before_beijings_midnight(old, monkeypatch, now, may):
    monkeypatch.setattr(clock, "now", lambda: now)
    if may:
        run()
        assert not cards()
        assert db.session.scalar(sa.select(Case.limit_since).where(Case.limit_kind == "preliminary", Case.id.in_(sa.select(CutoverLine.case_id)))) == date(2024, 12, 1)
    else:
        with pytest.raises(Refused) as refusal:
            run()
        assert refusal.value.code == "early"
        assert cards()


@pytest.mark.parametrize(("last_day", "counted"), [(date(2024, 11, 30), False), (date(2024, 12, 1), True)])
def test_a_card_whose_last_day_is_the_day_of_the_cutover_is_unexpired_and_one_of_the_eve_is_not(old, last_day, counted):
    permit = db.session.scalar(sa.select(Permit).where(Permit.physical_card_number != "").limit(1))
    with writing() as session:
        session.execute(sa.update(Permit).where(Permit.id == permit.id).values(valid_from=date(2023, 1, 1), valid_to=last_day))
        key = permit.id
    assert (key in [row.id for row in cutover_cohorts.listed("T5")]) is counted


@pytest.mark.parametrize(("issued", "counted"), [(date(2024, 11, 30), True), (date(2024, 12, 1), False)])
def test_an_unclaimed_notification_counts_only_if_it_was_issued_before_the_day(old, issued, counted):
    permit = db.session.scalar(sa.select(Permit).where(Permit.origin == "legacy", Permit.claimed.is_(False)).limit(1))
    key = permit.id
    with writing() as session:
        session.execute(sa.update(Permit).where(Permit.id == key).values(issued_on=issued, valid_to=date(2026, 1, 1)))
    assert (key in [row.id for row in cutover_cohorts.listed("T4")]) is counted


def test_the_plan_counts_its_members_and_the_run_empties_only_the_card_applications(old):
    before = {code: sum(n.values()) for code, n in cutover_cohorts.counts().items()}
    assert all(before.values())
    assert before == {code: len(list(cutover_cohorts.listed(code))) for code in before}
    run()
    after = {code: sum(n.values()) for code, n in cutover_cohorts.counts().items()}
    assert after == {**before, "T3": 0}


def test_a_notification_whose_card_application_is_in_flight_waits_for_that_one(old):
    permit = db.session.scalar(sa.select(Permit).where(Permit.origin == "legacy", Permit.claimed.is_(False)).limit(1))
    case, key = cards()[0], permit.id
    with writing() as session:
        session.execute(sa.update(Case).where(Case.id == case.id).values(passport_no=permit.person.passport_no, nationality=permit.person.nationality))
    assert key not in [row.id for row in cutover_cohorts.listed("T4")]
    run()
    assert key not in [row.id for row in cutover_cohorts.listed("T4")]


def test_an_authority_is_shown_its_own_and_no_others(old):
    office = db.session.scalar(sa.select(Authority.id).where(Authority.division == "110000"))
    assert set().union(*(n for n in cutover_cohorts.counts(authority_id=office).values())) == {"110000"}
    assert {row.authority_id for code in ("T2", "T3", "T4", "T5") for row in cutover_cohorts.listed(code, authority_id=office)} == {office}


def test_undoing_puts_every_case_back_where_it_stood_and_a_new_run_may_follow(old):
    before = {c.id: (c.state, c.due_on, c.limit_kind, c.accepted_at) for c in cards()}
    first = run(chunk=7)
    assert cutover.undo(first, chunk=5) == 0
    db.session.expire_all()
    assert {c.id: (c.state, c.due_on, c.limit_kind, c.accepted_at) for c in cards()} == before
    assert not list(ledger.verify())
    held = everything()
    assert cutover.undo(first) == 0
    assert everything() == held
    second = run()
    assert second != first
    assert not cards()
    assert not list(ledger.verify())


def test_undoing_leaves_a_case_on_which_an_officer_has_acted_and_names_it(old):
    run_id = run()
    case = db.session.scalar(sa.select(Case).join(Authority).where(Case.id.in_(sa.select(CutoverLine.case_id)), Authority.division == "440300").limit(1))
    key = case.id
    desk.claim(key, by=person("zhou"))
    assert cutover.undo(run_id) == 1
    db.session.expire_all()
    assert [c.id for c in cutover.acted_on(run_id)] == [key]
    assert db.session.get(Case, key).state is State.PRELIMINARY_REVIEW
    assert not list(ledger.verify())


def test_a_run_that_is_not_finished_is_neither_undone_nor_overtaken_by_another(old):
    run_id = cutover.begin()
    with pytest.raises(Refused) as refusal:
        cutover.undo(run_id)
    assert refusal.value.code == "unfinished"
    with pytest.raises(Refused) as refusal:
        cutover.begin(EFFECTIVE + timedelta(days=1))
    assert refusal.value.code == "unfinished"
    assert cutover.begin() == run_id


def test_a_returned_case_is_reviewed_anew_and_granted_as_any_other(old):
    run()
    case = db.session.scalar(sa.select(Case).join(Authority).where(Case.id.in_(sa.select(CutoverLine.case_id)), Authority.division == "440300").limit(1))
    key = case.id
    for trigger, short, said in (
        ("pass_preliminary", "zhou", {}), ("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合条件。", "grounds": "服务指南"}), ("grant", "wei", {}),
    ):  # fmt: skip
        desk.act(key, trigger, by=person(short), seen=None, **said)
    case = db.session.get(Case, key)
    assert case.state is State.GRANTED
    assert {p.kind.value for p in case.papers} >= {"notification", "decision"}
    assert not list(ledger.verify())


def test_what_an_officer_asks_of_a_case_of_the_old_system_is_all_its_employer_must_bring(old):
    run()
    case = db.session.scalar(sa.select(Case).join(Authority).where(Case.id.in_(sa.select(CutoverLine.case_id)), Authority.division == "440300").limit(1))
    marking.mark(case.id, "answers:application.duties", "请写明工作内容。", by=person("zhou"))
    case = desk.act(case.id, "return_all_at_once", by=person("zhou"), seen=None)
    assert [p.target for p in case.blocking] == ["application.duties"]
