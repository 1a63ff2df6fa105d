"""The case file: lines appended in the transaction of the act, each sealed over the one before.

A line's hash covers everything it says and the hash of the line before; the subject's row keeps the last hash and the count, so a changed,
removed, reordered or cut line shows, and so does a state that no move led to. `verify` finds it. Who rebuilds a whole chain, head included,
would be found only by a signed root kept elsewhere: docs/decisions/a-hash-chain-for-each-file.md.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from workflow import clock
from workflow.models import Card, Case, Employer, Event, Residence, db
from workflow.roles import Role

SUBJECTS: dict[str, Any] = {"case": Case, "employer": Employer, "residence": Residence, "card": Card}


def canonical(event: Event) -> str:
    """Everything the line says as canonical JSON, its predecessor's hash last. workflow/cutover_sql.py builds the same text inside the database."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [event.subject, event.subject_id, event.seq, event.from_version, event.case_id, event.trigger, event.actor_id, event.actor_name]
    said += [str(event.role), at, event.from_state, event.to_state, event.facts, event.previous]
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(event: Event) -> str:
    """SHA-256 over the canonical JSON of the line, its predecessor's hash included."""
    return hashlib.sha256(canonical(event).encode()).hexdigest()


def _agent(subject: Any, by: Any) -> str:
    """The agency of who acts for another employer, "" for everybody else."""
    place = getattr(by, "employer_id", None)
    return by.employer.name if place is not None and place != getattr(subject, "employer_id", place) else ""


def write(subject: Any, trigger: str, *, by: Any, role: Role, from_version: int, from_state: str = "", to_state: str = "", case_id: int | None = None, facts: dict | None = None) -> Event:
    """Append one line to the subject's file. Call it inside the writing transaction, with the subject's row loaded in it."""
    if agent := _agent(subject, by):
        facts = {**(facts or {}), "agent": agent}
    if machine := getattr(by, "machine", ""):
        facts = {**(facts or {}), "machine": machine}
    subject.events_count += 1
    event = Event(
        subject=subject.subject_kind, subject_id=subject.id, seq=subject.events_count, from_version=from_version,
        case_id=case_id if case_id is not None else getattr(subject, "case_id", None) or (subject.id if subject.subject_kind == "case" else None),
        trigger=trigger, actor_id=getattr(by, "id", None), actor_name=by.name, role=role, at=clock.now(),
        from_state=from_state, to_state=to_state, facts=facts or {}, previous=subject.head,
    )  # fmt: skip
    event.hash = seal(event)
    subject.head = event.hash
    db.session.add(event)
    return event


def verify() -> Iterator[tuple[str, int, str]]:
    """Read every line and yield (subject, id, what is wrong) for each file that was changed behind the house's back."""
    for kind, model in SUBJECTS.items():
        rows = {row.id: row for row in db.session.execute(sa.select(model.id, model.head, model.events_count, model.state))}
        seen: dict[int, tuple[str, int]] = {}
        states: dict[int, str] = {}
        broken: set[int] = set()
        lines = db.session.scalars(sa.select(Event).where(Event.subject == kind).order_by(Event.subject_id, Event.seq).execution_options(yield_per=2000))
        for line in lines:
            previous, count = seen.get(line.subject_id, ("", 0))
            if line.subject_id not in broken:
                if line.seq != count + 1:
                    broken.add(line.subject_id)
                    yield kind, line.subject_id, f"line {count + 1} is missing"
                elif line.previous != previous or seal(line) != line.hash:
                    broken.add(line.subject_id)
                    yield kind, line.subject_id, f"line {line.seq} was changed"
            seen[line.subject_id] = (line.hash, line.seq)
            if line.to_state:
                states[line.subject_id] = line.to_state
            db.session.expunge(line)
        for key in (set(rows) | set(seen)) - broken:
            if key not in rows:
                yield kind, key, "its row is gone"
            elif (rows[key].head, rows[key].events_count) != seen.get(key, ("", 0)):
                yield kind, key, "the end of the file was cut off or its head was changed"
            elif key not in seen and kind == Case.subject_kind:
                yield kind, key, "it has no line: every case begins with one"
            elif key in states and states[key] != rows[key].state:
                yield kind, key, f"its state is {rows[key].state}, its last move led to {states[key]}"


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0
