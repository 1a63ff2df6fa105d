"""The run of 1 December 2024: card applications of the old system in flight go back to preliminary review of the overseas application.

Set-based: a chunk of cases a transaction, everything computed inside the database, so that memory stays flat and nothing is half done. The journal
(CutoverLine) is written first; event, message and the case's own row are made from it. Every line of a run carries the run's own moment, so a run that
was killed and resumed ends exactly as one that was not. Nothing is assigned that the table of moves does not say: states and roles are read from it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow import clock, cutover_sql, messages
from workflow.application import LEGACY_CARD_STATES, State, lifecycle
from workflow.calendars import is_working_day
from workflow.cutover_cohorts import EFFECTIVE, WHY_RETURNED, beijing_day, in_flight
from workflow.cutover_sql import ACTOR
from workflow.engine import N_, Move, Refused
from workflow.models import AgentAuthority, Authority, AuthorityProfile, Case, CutoverLine, CutoverRun, Event, Message, db, writing
from workflow.roles import Role
from workflow.services import service

CHUNK = 5000
SERVICE = "new_overseas"  # what a card application becomes: it was taken over as one (workflow/cutover_rows.py)
Progress = Callable[[int, int], Any]
C, E, L, M = Case.__table__, Event.__table__, CutoverLine.__table__, Message.__table__
of_run = L.c.run_id + 0  # the journal is walked by its key, case by case; by the index of the run every chunk would read all before it
UNDO = {State.LEGACY_CARD_REVIEW: "cutover_undo_review", State.LEGACY_CARD_EXAMINATION: "cutover_undo_examination"}


@dataclass(frozen=True, slots=True)
class Promise:
    """What the dry run says of one authority: how many cases, and the day by which preliminary review is promised."""

    division: str
    cases: int
    due_on: date


def _move(trigger: str, state: State) -> Move:
    move = lifecycle.find(trigger, state)
    assert move is not None, trigger
    assert (move.by, move.guards, move.issues) == ((Role.CUTOVER,), (), ()), "the run does what the table says set by set: it can neither ask nor issue"
    return move


RETURN = _move("cutover_return", LEGACY_CARD_STATES[0])
assert RETURN.source == LEGACY_CARD_STATES


def dry_run(effective: datetime = EFFECTIVE) -> list[Promise]:
    """What a run would do now; nothing is written."""
    due = _due_by_profile(clock.today())
    query = sa.select(Authority.division, Case.profile_id, sa.func.count()).join(Authority, Authority.id == Case.authority_id).where(*in_flight(effective))
    rows = db.session.execute(query.group_by(Authority.division, Case.profile_id).order_by(Authority.division))
    return [Promise(division, number, due[profile]) for division, profile, number in rows]


def begin(effective: datetime = EFFECTIVE) -> int | None:
    """The id of the run to carry on with: the one that was cut short, or a new one; None when there is nothing to return."""
    if effective.tzinfo is None:
        raise Refused("effective", N_("Say the moment with its zone, for example 2024-12-01T00:00+08:00."))
    if clock.now() < effective:
        raise Refused("early", N_("The cutover takes effect at %(when)s, Beijing time. Until then there is only the plan and the dry run."), when=_when(effective))
    with writing() as session:
        undoing = session.scalar(sa.select(CutoverRun.id).where(CutoverRun.undo_at.is_not(None), CutoverRun.undone_at.is_(None)))
        if undoing is not None:
            raise Refused("undoing", N_("Run %(number)s is being undone: finish that first."), number=undoing)
        cut_short = session.scalar(sa.select(CutoverRun).where(CutoverRun.finished_at.is_(None)).order_by(CutoverRun.id).limit(1))
        if cut_short is not None and cut_short.effective_at != effective:
            raise Refused("unfinished", N_("Run %(number)s for %(when)s is not finished: carry it on first."), number=cut_short.id, when=_when(cut_short.effective_at))
        if cut_short is not None:
            return cut_short.id
        total = session.scalar(sa.select(sa.func.count()).select_from(Case).where(*in_flight(effective))) or 0
        if not total:
            return None
        run = CutoverRun(effective_at=effective, began_at=clock.now(), total=total)
        session.add(run)
        session.flush()
        return run.id


def carry_on(run_id: int, *, chunk: int = CHUNK, progress: Progress = lambda done, total: None) -> None:
    """Return chunk after chunk until none is left. To be called again after a kill; a finished run is left as it is."""
    while True:
        with writing() as session:
            run = _locked(run_id)
            if run.finished_at is not None:
                return
            moved = _return_chunk(run, chunk)
            if not moved and run.last_case_id == 0:
                run.finished_at = clock.now()
            run.done, run.total = run.done + moved, max(run.total, run.done + moved)
            if not moved:
                run.last_case_id = 0  # once more from the beginning: nothing that came meanwhile stays behind
            done, total = run.done, run.total
            session.flush()
        progress(done, total)


def _locked(run_id: int) -> CutoverRun:
    """The run's row, held for this transaction: two processes on one run take turns."""
    run = db.session.get(CutoverRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise Refused("gone", N_("There is no run %(number)s."), number=run_id)
    cutover_sql.ready(db.session.connection())
    return run


def _return_chunk(run: CutoverRun, size: int) -> int:
    after, execute = run.last_case_id, db.session.execute
    run.steps += 1
    moved = _count(execute(_journal(run, size), execution_options={"preserve_rowcount": True}))
    if not moved:
        return 0
    lines = (L.c.case_id > after, of_run == run.id, L.c.step == run.steps)
    last = db.session.scalar(sa.select(sa.func.max(L.c.case_id)).where(*lines))
    span = (C.c.id == L.c.case_id, *lines, L.c.case_id <= last)
    execute(_events(RETURN.trigger, run.began_at, _facts(run), L.c.from_state, L.c.to_state, L.c.from_version, L.c.previous, L.c.hash, *span))
    for told in _messages(messages.TO_EMPLOYER["cutover_return"], run.began_at, *span):
        execute(told)
    fresh = {"limit_kind": clock.LIMIT_IN[State(RETURN.dest or "")], "limit_since": beijing_day(run.began_at), "due_on": L.c.to_due_on, "accepted_at": None}
    changed = C.update().where(*span)
    execute(changed.values(state=RETURN.dest, version=C.c.version + 1, head=L.c.hash, events_count=C.c.events_count + 1, changed_at=run.began_at, **fresh))
    run.last_case_id = last or 0
    return int(moved)


def _count(result: Any) -> int:
    return int(result.rowcount)


def _facts(run: CutoverRun) -> dict[str, Any]:
    return {"run": run.id, "effective": run.effective_at.astimezone(clock.BEIJING).isoformat(), "reason": WHY_RETURNED}


def _journal(run: CutoverRun, size: int) -> sa.Insert:
    """The next `size` cases as lines of the journal: what they are, what they become, and the seal of the line about it."""
    due = sa.case({key: sa.literal(day, sa.Date) for key, day in _due_by_profile(beijing_day(run.began_at)).items()}, value=C.c.profile_id)
    said = {"subject_id": C.c.id, "seq": C.c.events_count + 1, "from_version": C.c.version, "from_state": C.c.state, "to_state": sa.literal(str(RETURN.dest)), "previous": C.c.head}
    row = {
        "case_id": C.c.id, "run_id": sa.literal(run.id), "step": sa.literal(run.steps), "authority_id": C.c.authority_id, "from_state": C.c.state, "from_version": C.c.version, "from_due_on": C.c.due_on,
        "from_limit_kind": C.c.limit_kind, "from_limit_since": C.c.limit_since, "from_accepted_at": C.c.accepted_at, "to_state": said["to_state"], "to_due_on": due,
        "at": sa.literal(run.began_at, L.c.at.type), "previous": C.c.head, "hash": cutover_sql.seal(RETURN.trigger, run.began_at, _facts(run), said),
    }  # fmt: skip
    query = sa.select(*row.values()).where(C.c.id > run.last_case_id, *in_flight(run.effective_at)).order_by(C.c.id).limit(size).with_for_update(of=C)
    return L.insert().from_select(list(row), query)


def _events(trigger: str, at: datetime, facts: dict[str, Any], from_state: Any, to_state: Any, from_version: Any, previous: Any, seal: Any, *span: Any) -> sa.Insert:
    row = {
        "subject": sa.literal("case"), "subject_id": C.c.id, "seq": C.c.events_count + 1, "from_version": from_version, "case_id": C.c.id, "trigger": sa.literal(trigger),
        "actor_name": sa.literal(ACTOR.name), "role": sa.literal(Role.CUTOVER, E.c.role.type), "at": sa.literal(at, E.c.at.type), "from_state": from_state, "to_state": to_state,
        "facts": sa.literal(facts, E.c.facts.type), "previous": previous, "hash": seal,
    }  # fmt: skip
    return E.insert().from_select(list(row), sa.select(*row.values()).where(*span).order_by(L.c.case_id))


def _messages(msgid: str, at: datetime, *span: Any) -> Iterator[sa.Insert]:
    """To the employer of each case; and to its agents, where any employer has some."""
    values = cutover_sql.json_of(sa.literal_column("'number'"), C.c.number, sa.literal_column("'name'"), C.c.applicant)
    row = {
        "employer_id": C.c.employer_id, "case_id": C.c.id, "address": sa.literal(""), "locale": sa.literal("zh_Hans_CN"), "msgid": sa.literal(msgid), "values": values,
        "created_at": sa.literal(at, M.c.created_at.type),
    }  # fmt: skip
    yield M.insert().from_select(list(row), sa.select(*row.values()).where(*span).order_by(L.c.case_id))
    pairs = sa.select(AgentAuthority.agent_id, AgentAuthority.employer_id).where(*AgentAuthority.in_force(beijing_day(at))).distinct()
    if db.session.execute(pairs.limit(1)).first():
        agent = pairs.subquery()
        row["employer_id"] = agent.c.agent_id
        yield M.insert().from_select(list(row), sa.select(*row.values()).where(C.c.employer_id == agent.c.employer_id, *span).order_by(L.c.case_id, agent.c.agent_id))


def _due_by_profile(since: date) -> dict[int, date]:
    kind = clock.LIMIT_IN[State(RETURN.dest or "")]
    found = {}
    for row in db.session.scalars(sa.select(AuthorityProfile)):
        deadline = clock.deadline(clock.Running(kind, since), row.profile.of(service(SERVICE).base).limits, since, is_working_day)
        assert deadline is not None
        assert deadline.due is not None
        found[row.id] = deadline.due
    return found


def undo(run_id: int, *, chunk: int = CHUNK, progress: Progress = lambda done, total: None) -> int:
    """Put back every case of a run on which nobody has acted since. Returns how many were acted on and are left; `acted_on` names them."""
    with writing():
        run = _locked(run_id)
        if run.finished_at is None:
            raise Refused("unfinished", N_("Run %(number)s for %(when)s is not finished: carry it on first."), number=run.id, when=_when(run.effective_at))
        run.undo_at = run.undo_at or clock.now()
    while True:
        with writing() as session:
            run = _locked(run_id)
            if run.undone_at is not None:
                return run.done - run.undone
            if not _undo_chunk(run, chunk):
                run.undone_at = clock.now()
            done, total = run.undone, run.done
            session.flush()
        progress(done, total)


def _undo_chunk(run: CutoverRun, size: int) -> bool:
    """One chunk; False when there was none. A case may be put back while the run's line is still the last in its file."""
    at, after, here = run.undo_at, run.undo_last_case_id, str(RETURN.dest)
    assert at is not None
    following = sa.select(L.c.case_id).where(of_run == run.id, L.c.case_id > after).order_by(L.c.case_id).limit(size).subquery()
    last = db.session.scalar(sa.select(sa.func.max(following.c.case_id)))
    if last is None:
        return False
    span = (of_run == run.id, L.c.case_id > after, L.c.case_id <= last)
    db.session.execute(sa.select(C.c.id).where(C.c.id == L.c.case_id, *span).with_for_update(of=C)).close()
    untouched = sa.select(C.c.id).where(C.c.id == L.c.case_id, C.c.head == L.c.hash, C.c.state == RETURN.dest).exists()
    marked = db.session.execute(L.update().where(*span, untouched).values(undone_at=at))
    back = (C.c.id == L.c.case_id, *span, L.c.undone_at == at)
    for state, trigger in UNDO.items():
        move = _move(trigger, State(here))
        said = {"subject_id": C.c.id, "seq": C.c.events_count + 1, "from_version": C.c.version, "from_state": sa.literal(here), "to_state": sa.literal(str(move.dest)), "previous": C.c.head}
        seal = cutover_sql.seal(trigger, at, {"run": run.id}, said)
        db.session.execute(_events(trigger, at, {"run": run.id}, said["from_state"], said["to_state"], C.c.version, C.c.head, seal, *back, L.c.from_state == state))
    for told in _messages(messages.TO_EMPLOYER["cutover_undo"], at, *back):
        db.session.execute(told)
    newest = (E.c.subject == "case", E.c.subject_id == C.c.id, E.c.seq == C.c.events_count + 1)
    before = {"state": L.c.from_state, "limit_kind": L.c.from_limit_kind, "limit_since": L.c.from_limit_since, "due_on": L.c.from_due_on, "accepted_at": L.c.from_accepted_at}
    changed = C.update().where(*back, *newest)
    db.session.execute(changed.values(version=C.c.version + 1, head=E.c.hash, events_count=C.c.events_count + 1, changed_at=at, **before))
    run.undone, run.undo_last_case_id = run.undone + _count(marked), last
    return True


def acted_on(run_id: int, authority_id: int | None = None) -> Iterator[Case]:
    """The cases of a run that an undo leaves as they are, because somebody has acted on them since."""
    query = sa.select(Case).join(CutoverLine, CutoverLine.case_id == Case.id).where(CutoverLine.run_id == run_id, CutoverLine.undone_at.is_(None), Case.head != CutoverLine.hash)
    query = query if authority_id is None else query.where(CutoverLine.authority_id == authority_id)
    yield from db.session.scalars(query.order_by(Case.id).execution_options(yield_per=500))


def _when(moment: datetime) -> str:
    return moment.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")


def find(run_id: int) -> CutoverRun:
    return db.session.get_one(CutoverRun, run_id)


def runs() -> list[CutoverRun]:
    return list(db.session.scalars(sa.select(CutoverRun).order_by(CutoverRun.id.desc()).limit(50)))
