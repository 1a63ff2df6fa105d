"""One act, one transaction, one line. Runs on SQLite and on PostgreSQL."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import accepted_case, draft_case, examined_case, filed_case, granted_case, person
from workflow import desk, jobs, ledger
from workflow.application import State
from workflow.documents import claims, links, render
from workflow.engine import Refused
from workflow.issuing import keyring
from workflow.models import ActKey, Case, Event, Outbox, PaperRow, Permit, Residence, db
from workflow.papers import Paper
from workflow.permit import number_is_well_formed


def triggers(case: Case) -> list[str]:
    return list(db.session.scalars(sa.select(Event.trigger).where(Event.case_id == case.id, Event.subject == "case").order_by(Event.seq)))


def test_granting_leaves_the_permit_both_papers_and_one_line(app: Flask) -> None:
    case = granted_case()
    assert (case.state, case.decided_by_id, case.examined_by_id) == (State.GRANTED, person("wei").id, person("qin").id)
    permit = db.session.scalars(sa.select(Permit).where(Permit.case_id == case.id)).one()
    assert number_is_well_formed(permit.person.permit_number)
    papers = {p.kind: p for p in case.papers}
    assert set(papers) == {Paper.FILING_RECEIPT, Paper.ACCEPTANCE, Paper.DECISION, Paper.NOTIFICATION}
    assert papers[Paper.DECISION].facts["notification_number"] == papers[Paper.NOTIFICATION].number
    assert triggers(case).count("grant") == 1
    assert db.session.scalars(sa.select(Residence).where(Residence.case_id == case.id)).one().permit_id == permit.id
    assert list(ledger.verify()) == []


def test_the_code_on_the_notification_carries_its_facts_signed(app: Flask) -> None:
    case = granted_case()
    paper = next(p for p in case.papers if p.kind is Paper.NOTIFICATION)
    ref, digits = links.split_url(paper.facts["qr_url"])
    verdict = keyring().verify(links.from_digits(digits or ""))
    assert (ref, verdict.outcome) == (paper.ref, "genuine")
    said = claims.decode(verdict.payload)
    assert (said["ref"], said["name"], said["passport_last4"]) == (paper.ref, case.applicant, case.passport_no[-4:])
    assert case.passport_no not in str(said)


def test_the_same_form_sent_twice_acts_once(app: Flask) -> None:
    case, lin = draft_case(), person("lin")
    desk.act(case.id, "submit", by=lin, seen=case.version, key="k1")
    again = desk.act(case.id, "submit", by=lin, seen=case.version, key="k1")
    assert again.state is State.PRELIMINARY_REVIEW
    assert triggers(case).count("submit") == 1
    with pytest.raises(Refused) as refusal:
        desk.act(case.id, "withdraw", by=lin, seen=None, key="k1", reason="误提交")
    assert refusal.value.code == "key_reused"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ActKey)) == 1


def test_a_stale_page_is_told_who_did_what_meanwhile(app: Flask) -> None:
    case = examined_case()
    seen = case.version
    desk.act(case.id, "grant", by=person("wei"), seen=seen)
    with pytest.raises(Refused) as refusal:
        desk.act(case.id, "refuse", by=person("wei"), seen=seen, reason="不符合")
    assert refusal.value.code == "stale"
    assert (refusal.value.values["who"], refusal.value.values["what"]) == ("魏平", "Granted")


def test_two_officers_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    case, outcomes, gate = examined_case(), [], threading.Barrier(2)
    case_id, seen = case.id, case.version
    db.session.remove()

    def press(trigger: str, **answers: str) -> None:
        with app.app_context():
            wei = person("wei")
            gate.wait(timeout=20)
            try:
                desk.act(case_id, trigger, by=wei, seen=seen, **answers)
                outcomes.append("done")
            except Refused as refusal:
                outcomes.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press, args=("grant",)), threading.Thread(target=press, args=("refuse",), kwargs={"reason": "不符合条件"})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["done", "stale"]
    case = db.session.get_one(Case, case_id)
    assert len([t for t in triggers(case) if t in ("grant", "refuse")]) == 1
    assert list(ledger.verify()) == []


def test_a_decision_that_fails_half_way_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    case = examined_case()
    monkeypatch.setattr("workflow.messages.after_move", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.act(case.id, "grant", by=person("wei"), seen=None)
    case = db.session.get_one(Case, case.id)
    assert case.state is State.DECISION
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Permit))
    assert Paper.NOTIFICATION not in {p.kind for p in case.papers}


def test_a_failing_printer_never_blocks_doubles_or_loses_a_decision(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    case = examined_case()
    jobs.work()
    real = render.render
    monkeypatch.setattr(render, "render", lambda *_: 1 / 0)
    desk.act(case.id, "grant", by=person("wei"), seen=None)
    open_rows = db.session.scalars(sa.select(Outbox).where(Outbox.done_at.is_(None))).all()
    assert {row.task for row in open_rows} == {"print_paper"}
    assert all("ZeroDivisionError" in row.failure for row in open_rows)
    assert db.session.get_one(Case, case.id).state is State.GRANTED
    monkeypatch.setattr(render, "render", real)
    db.session.execute(sa.update(Outbox).values(due_at=Outbox.created_at))
    db.session.commit()
    assert jobs.work() == len(open_rows)
    assert jobs.work() == 0
    papers = db.session.scalars(sa.select(PaperRow).where(PaperRow.case_id == case.id)).all()
    assert all(p.pdf_sha256 for p in papers)
    assert len(papers) == len({p.kind for p in papers})


def test_a_new_permit_of_the_same_person_replaces_the_earlier_one(app: Flask) -> None:
    first, second = granted_case(passport_no="YB0041728"), granted_case(passport_no="YB0041728")
    old, new = (db.session.scalars(sa.select(Permit).where(Permit.case_id == c.id)).one() for c in (first, second))
    assert (old.state.value, new.state.value, old.person_id) == ("superseded", "valid", new.person_id)
    notice = next(p for p in db.session.get_one(Case, first.id).papers if p.kind is Paper.NOTIFICATION)
    assert notice.state.value == "superseded"


def test_numbers_run_without_gap_or_double(app: Flask) -> None:
    numbers = sorted(c.number for c in (filed_case(), filed_case(), filed_case()))
    assert [int(n[-6:]) for n in numbers] == [1, 2, 3]


def test_a_handler_cannot_touch_a_case_that_is_with_the_authority(app: Flask) -> None:
    case = accepted_case()
    with pytest.raises(Refused) as refusal:
        desk.keep(case.id, "basic", {"surname": "OTHER"}, by=person("lin"))
    assert refusal.value.code == "locked"


TAMPER = {
    "a changed line": "UPDATE event SET facts = '{\"reason\": \"other\"}' WHERE case_id = {case} AND seq = 3",
    "a deleted line": "DELETE FROM event WHERE case_id = {case} AND seq = 3 AND subject = 'case'",
    "a cut end": "DELETE FROM event WHERE case_id = {case} AND subject = 'case' AND seq = (SELECT max(seq) FROM event WHERE case_id = {case} AND subject = 'case')",
    "another actor": "UPDATE event SET actor_name = '某人' WHERE case_id = {case} AND seq = 2 AND subject = 'case'",
    "a changed head": "UPDATE permit_case SET head = 'x' WHERE id = {case}",
}


@pytest.mark.parametrize("what", TAMPER)
def test_a_change_behind_the_house_s_back_is_found(app: Flask, what: str) -> None:
    case, other = filed_case(), filed_case()
    assert list(ledger.verify()) == []
    with db.engine.begin() as connection:
        connection.exec_driver_sql(TAMPER[what].replace("{case}", str(case.id)))
    db.session.rollback()
    found = list(ledger.verify())
    assert [(kind, key) for kind, key, _ in found] == [("case", case.id)]
    assert other.id not in [key for _, key, _ in found]
