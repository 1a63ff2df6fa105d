"""Taking over the files of the old system: a batch of rows a transaction, each with its case-file line, and the file's position with them.

Killed at any point, the next call goes on where the last batch ended; a file that was read in changes nothing when it is read in again.
A row that cannot be taken over is kept with line, column and sentence; the rows beside it are not touched by it.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workflow import clock, cutover_files, i18n, ledger
from workflow.cutover_columns import values_of
from workflow.cutover_files import Row, Source
from workflow.cutover_rows import Holder, Taken, take
from workflow.engine import N_, Refused, Said
from workflow.fields import Problem
from workflow.models import Authority, Case, CutoverFile, CutoverRejection, Defect, Employer, Event, Permit, Person, User, db, writing
from workflow.permit import PermitState
from workflow.roles import SYSTEM, Role

BATCH = 1000
Progress = Callable[[int], Any]
ORDER = ("employers", "notices", "cards", "cases")
HANDLER, OFFICE = N_("Handler of the old system"), N_("Officer of the old system")


def in_order(paths: list[Path]) -> list[Source]:
    """The files looked at, in the order in which they build on each other. Raises Refused for one that is no such file."""
    return sorted((cutover_files.look(path) for path in paths), key=lambda source: ORDER.index(source.kind))


def bring(source: Source, *, batch: int = BATCH, progress: Progress = lambda position: None) -> CutoverFile:
    """Read the file in from where it was left. Returns its row with the counts."""
    file_id, position = _opened(source)
    rows = cutover_files.rows(source, position)
    while some := list(islice(rows, batch)):
        _batch(file_id, position, source, some)
        position = some[-1].position
        progress(position)
    with writing() as session:
        file = session.get_one(CutoverFile, file_id)
        file.finished_at = file.finished_at or clock.now()
    return db.session.get_one(CutoverFile, file_id)


def _opened(source: Source) -> tuple[int, int]:
    with writing() as session:
        file = session.scalar(sa.select(CutoverFile).where(CutoverFile.sha256 == source.sha256))
        if file is None:
            file = CutoverFile(sha256=source.sha256, name=source.path.name[:200], kind=source.kind, began_at=clock.now())
            session.add(file)
        elif file.finished_at is not None and file.rejected:
            file.position, file.again, file.finished_at = 0, True, None  # what was lacking may be there now
        for key, division in session.execute(sa.select(Authority.id, Authority.division)).all():
            email = f"old-office-{division}@old-system.invalid"
            if session.scalar(sa.select(User.id).where(User.email == email)) is None:
                session.add(_account(email, i18n.chinese(OFFICE), authority_id=key))
        session.flush()
        return file.id, file.position


def _account(email: str, name: str, **place: int) -> User:
    """Nobody signs in with it: it stands where a case needs a person and the old system's is not known here."""
    return User(email=email, name=name, password_hash="!", active=False, created_at=clock.now(), **place)  # noqa: S106 - no password fits it


def _batch(file_id: int, after: int, source: Source, rows: list[Row]) -> None:
    with writing() as session:
        file = session.get_one(CutoverFile, file_id, with_for_update=True, populate_existing=True)
        if file.position != after:
            raise Refused("elsewhere", N_("%(file)s is being read in by another process."), file=source.path.name)
        last = rows[-1].position
        rows = _rejected_before(file, rows) if file.again else rows
        good, refused = _read(source.kind, rows)
        _handlers({values["credit_code"].upper() for _, values in good} if source.kind != "employers" else set())
        taken = take(source.kind, good)
        refused += taken.refused
        _write(taken, source)
        refused.sort(key=lambda each: each[0])
        _insert(CutoverRejection, [{"file_id": file.id, "line": line, "column": each.target, "msgid": each.msgid, "values": each.values} for line, each in refused])
        lost = len({line for line, _ in refused})
        file.position, file.known = last, file.known + taken.known
        file.rejected += lost - (len(rows) if file.again else 0)
        file.accepted += len(rows) - lost - taken.known
        session.flush()


def _rejected_before(file: CutoverFile, rows: list[Row]) -> list[Row]:
    """Those of the rows that were rejected the first time; what was said of them is forgotten."""
    table, lines = CutoverRejection.__table__, (rows[0].line, rows[-1].line)
    here = (table.c.file_id == file.id, table.c.line.between(*lines))
    known = set(db.session.scalars(sa.select(table.c.line).where(*here)))
    db.session.execute(table.delete().where(*here))
    return [row for row in rows if row.line in known]


def _read(kind: str, rows: list[Row]) -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, Problem]]]:
    good, refused = [], []
    for row in rows:
        values, wrong = ({}, [Problem("", row.odd, {})]) if row.odd else values_of(kind, row.cells)
        refused += [(row.line, each) for each in wrong]
        if not wrong:
            good.append((row.line, values))
    return good, refused


def _handlers(codes: set[str]) -> None:
    """One account for the old system's handler for every employer that needs one."""
    held = sa.select(User.employer_id).where(User.email.like("old-handler-%"))
    rows = db.session.execute(sa.select(Employer.id, Employer.credit_code).where(Employer.credit_code.in_(codes), Employer.id.not_in(held.where(User.employer_id.is_not(None)))))
    for key, code in rows.all():
        db.session.add(_account(f"old-handler-{code.lower()}@old-system.invalid", i18n.chinese(HANDLER), employer_id=key))
    db.session.flush()


def _insert(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    table = model.__table__
    return list(db.session.scalars(table.insert().returning(table.c.id, sort_by_parameter_order=True), rows))


def _write(taken: Taken, source: Source) -> None:
    at, name = clock.now(), source.path.name
    _first_lines(Employer, "employer", taken.employers, _insert(Employer, taken.employers), at, name)
    cases = [*taken.cases, *(case for case, _, _ in taken.granted)]
    ids = _insert(Case, cases)
    _first_lines(Case, "case", cases, ids, at, name)
    by_row = {id(row): key for row, key in zip(cases, ids, strict=True)}
    if taken.superseded:
        changes = [{"b_id": key, "b_ended": ended} for key, ended in dict(taken.superseded).items()]
        table = Permit.__table__
        ended = table.update().where(table.c.id == sa.bindparam("b_id")).values(state=PermitState.SUPERSEDED, ended_on=sa.bindparam("b_ended"), version=table.c.version + 1)
        db.session.connection().execute(ended, changes)
    fresh = {id(h): h for _, h, _ in taken.granted if h.id is None}
    for holder, key in zip(fresh.values(), _insert(Person, [h.row for h in fresh.values()]), strict=True):
        holder.id = key
    _insert(Permit, [permit | {"case_id": by_row[id(case)], "person_id": _id(holder)} for case, holder, permit in taken.granted])
    marked = {"state": "told", "round": 1, "marked_at": at, "told_at": at}
    officers = dict(db.session.execute(sa.select(User.authority_id, User.id).where(User.email.like("old-office-%"))).all())
    _insert(Defect, [defect | marked | {"case_id": by_row[id(row)], "marked_by_id": officers[row["authority_id"]]} for row, defect in taken.defects])
    for key, claim in taken.carded:
        _card_on_file(key, claim)


def _id(holder: Holder) -> int:
    assert holder.id is not None
    return holder.id


def _card_on_file(permit_id: int, claim: dict[str, Any]) -> None:
    permit = db.session.get_one(Permit, permit_id, with_for_update={"of": Permit})
    case, version = permit.case, permit.case.version
    for name, value in claim.items():
        setattr(permit, name, value)
    case.changed_at = clock.now()
    ledger.write(case, "card_on_file", by=SYSTEM, role=Role.SYSTEM, from_version=version, facts={"card": claim["physical_card_number"]})
    db.session.flush()


def _first_lines(model: Any, subject: str, rows: list[dict[str, Any]], ids: list[int], at: datetime, name: str) -> None:
    """The line "taken over from the old system" for each, sealed as every line is."""
    if not rows:
        return
    lines, heads = [], []
    for row, key in zip(rows, ids, strict=True):
        line = Event(
            subject=subject, subject_id=key, seq=1, from_version=0, case_id=key if subject == "case" else None, trigger="take_over", actor_id=None, actor_name=SYSTEM.name, role=Role.SYSTEM,
            at=at, from_state="", to_state=str(row["state"]), facts={"file": name}, previous="",
        )  # fmt: skip
        line.hash = ledger.seal(line)
        lines.append({column.name: getattr(line, column.name) for column in Event.__table__.c if column.name != "id"})
        heads.append({"b_id": key, "b_head": line.hash})
    table = model.__table__
    connection = db.session.connection()
    connection.execute(Event.__table__.insert(), lines)
    connection.execute(table.update().where(table.c.id == sa.bindparam("b_id")).values(head=sa.bindparam("b_head"), events_count=1), heads)


def rejections(file_id: int, limit: int | None = None) -> Iterator[CutoverRejection]:
    yield from db.session.scalars(sa.select(CutoverRejection).where(CutoverRejection.file_id == file_id).order_by(CutoverRejection.line, CutoverRejection.id).limit(limit).execution_options(yield_per=500))


def report(file: CutoverFile, folder: Path) -> Path:
    """Write every rejected row of the file as CSV: file, line, column, the reason in Chinese and in English. Written anew each time, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{Path(file.name).stem}-{file.sha256[:12]}-rejected.csv"
    beside = path.with_suffix(".part")
    with beside.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "line", "column", "reason_zh", "reason"])
        for each in rejections(file.id):
            values = said_values(each)
            writer.writerow([_tame(cell) for cell in (file.name, each.line, each.column, i18n.say(each.msgid, values), each.msgid % values if values else each.msgid)])
    beside.replace(path)
    return path


def said_values(each: CutoverRejection) -> dict[str, Any]:
    """The values as the sentence wants them: `label` is a sentence of its own."""
    return {k: Said(v) if k == "label" else v for k, v in (each.values or {}).items()}


def _tame(cell: Any) -> str:
    """A cell that a spreadsheet would take for a formula is told that it is none."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
