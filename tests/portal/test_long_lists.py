"""Lists of many rows send no more statements than lists of few: driving.BOUND holds on every list page of every role with 25 cases at each stage."""

from typing import Any

import sqlalchemy as sa

from tests.factories import draft_case, examined_case, filed_case, granted_case, returned_case
from workflow.models import Case, Message, db, writing

MANY = 25  # more than a page shows
LISTS = {
    "lin": ("/applications/mine", "/applications/mine?show=expiring", "/applications/closed", "/applications/drafts", "/applications/papers", "/messages", "/roster/", "/roster/staff.csv", "/applications/new/extension"),
    "zhou": ("/review/preliminary", "/review/find?q=MORETTI", "/admin/employers"),
    "wei": ("/review/decision",),
    "huang": ("/window/paper-intake?q=MORETTI", "/window/appointments", "/window/reports"),
    "luo": ("/residence/?only=counter",),
}  # fmt: skip


def again(row: Any, **changed: Any) -> Any:
    """Another row like this one."""
    held = {c.key: getattr(row, c.key) for c in sa.inspect(type(row)).mapper.column_attrs if c.key != "id"}
    return type(row)(**{**held, **changed})


def multiply(case_id: int) -> None:
    """MANY cases like this one, each with its files, defects, person, permit, papers and residence step."""
    with writing() as session:
        case = session.get(Case, case_id)
        copies = [again(case, number=f"{case.number}-{n}", passport_no=f"Q{n:08d}") for n in range(MANY)]
        session.add_all(copies)
        session.flush()
        old = next((p.permit for p in case.papers if p.permit_id), None)
        for n, copy in enumerate(copies):
            permit = None
            if old is not None:
                person = again(old.person, passport_no=f"Q{case_id}{n:06d}", permit_number=f"{case_id:02d}{n:016d}")
                session.add(person)
                session.flush()
                permit = again(old, person_id=person.id, case_id=copy.id)
                session.add(permit)
                session.flush()
            mine = permit.id if permit else None
            session.add_all(again(part, case_id=copy.id) for part in (*case.materials, *case.defects))
            session.add_all(again(p, case_id=copy.id, number=f"{p.number}-{n}", ref=f"{p.ref[:6]}{n:05d}", permit_id=mine if p.permit_id else None) for p in case.papers)
            if case.residence:
                session.add(again(case.residence, case_id=copy.id, permit_id=mine, head="", events_count=0))


def test_no_list_sends_a_statement_a_row(app, sign_in) -> None:
    for made in (draft_case(), filed_case(), examined_case(), returned_case(), granted_case()):
        multiply(made.id)
    with writing() as session:
        session.add_all(again(each) for each in session.scalars(sa.select(Message)).all() for _ in range(MANY))
    for short, wheres in LISTS.items():
        browser = sign_in(short)
        for where in wheres:
            browser.get(where, expect=200)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 5 * (MANY + 1)
