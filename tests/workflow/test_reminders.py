"""Reminders: at their days, once, to the employer and the holder, made up for when a day was missed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import granted_case
from workflow import clock, ledger, reminders
from workflow.application import State
from workflow.models import AuthorityProfile, Case, Event, FilingSubject, Message, Outbox, Permit, Person, Residence, db, writing
from workflow.permit import PermitState
from workflow.residence import ResidenceState

TODAY = clock.today()


@pytest.fixture
def permit(app):
    case = granted_case()
    row = db.session.scalar(sa.select(Permit).where(Permit.case_id == case.id))
    put(row, valid_from=TODAY - timedelta(days=400), valid_to=TODAY + timedelta(days=400), issued_on=TODAY - timedelta(days=400))
    with writing() as session:
        session.execute(sa.delete(Message))
        session.execute(sa.delete(Outbox))
    return db.session.get_one(Permit, row.id)


def put(row, **values):
    with writing() as session:
        session.execute(sa.update(type(row)).where(type(row).id == row.id).values(**values))


def days(row, left):
    return row.valid_to - timedelta(days=left)


def told():
    return db.session.scalars(sa.select(Message).order_by(Message.id)).all()


def test_each_of_the_five_days_is_told_once_to_the_employer_and_to_the_holder(permit):
    for left in range(125, -3, -1):
        reminders.sweep(days(permit, left))
    employer = [m.values["days"] for m in told() if m.employer_id == permit.employer_id]
    assert employer == [120, 90, 60, 45, 35]
    holder = [m for m in told() if m.address]
    assert [m.values["days"] for m in holder] == [120, 90, 60, 45, 35]
    assert {m.locale for m in holder} == {permit.person.locale}
    assert "name" not in holder[0].values
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox).where(Outbox.task == "send_message", Outbox.done_at.is_(None))) == 5


def test_run_twice_it_tells_nobody_twice(permit):
    assert reminders.sweep(days(permit, 90)) == 1
    assert reminders.sweep(days(permit, 90)) == 0
    assert reminders.sweep(days(permit, 89)) == 0


def test_missed_days_are_made_up_for_with_the_nearest_only(permit):
    assert reminders.sweep(days(permit, 58)) == 1
    message = told()[0]
    assert message.values["days"] == 58
    assert reminders.sweep(days(permit, 57)) == 0
    assert reminders.sweep(days(permit, 44)) == 1


@pytest.mark.parametrize("state", [PermitState.CANCELLED, PermitState.SUPERSEDED])
def test_what_is_not_in_force_is_not_reminded_of(permit, state):
    put(permit, state=state)
    assert reminders.sweep(days(permit, 90)) == 0


def test_a_permit_that_was_always_short_is_not_reminded_before_it_began(permit):
    put(permit, issued_on=TODAY, valid_from=TODAY, valid_to=TODAY + timedelta(days=80))
    assert reminders.sweep(TODAY) == 0
    assert reminders.sweep(TODAY + timedelta(days=20)) == 1


@pytest.mark.parametrize(("code", "state", "reminded"), [
    ("extension", State.EXAMINATION, 0), ("extension_joint", State.RETURNED, 0), ("cancellation", State.DECISION, 0),
    ("extension", State.DRAFT, 1), ("extension", State.WITHDRAWN, 1), ("amendment", State.EXAMINATION, 1),
])  # fmt: skip
def test_whose_extension_is_under_way_is_not_reminded(permit, code, state, reminded):
    with writing() as session:
        held = session.get_one(Case, permit.case_id)
        same = {name: getattr(held, name) for name in ("employer_id", "authority_id", "profile_id", "handler_id", "answers", "applicant", "nationality", "passport_no", "changed_at", "created_at")}
        case = Case(**same, number="440300-2026-900001", service=code, state=state, version=1, submitted_at=held.submitted_at)
        session.add(case)
        session.flush()
        session.add(FilingSubject(case_id=case.id, permit_id=permit.id, facts={}))
    assert reminders.sweep(days(permit, 90)) == reminded


def test_the_sentence_names_the_days_of_the_extension_from_the_profile(permit):
    reminders.sweep(days(permit, 120))
    values = told()[0].values
    assert values["earliest"] == (permit.valid_to - timedelta(days=120)).isoformat()
    assert values["latest"] == (permit.valid_to - timedelta(days=30)).isoformat()


def test_days_changed_since_are_named_as_they_are_today(permit):
    with writing() as session:
        newest = session.scalars(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == permit.authority_id).order_by(AuthorityProfile.version.desc())).first()
        data = replace(newest.profile, extension_earliest=90, extension_latest=40).to_json()
        session.add(AuthorityProfile(authority_id=permit.authority_id, version=newest.version + 1, data=data, created_at=clock.now()))
    reminders.sweep(days(permit, 90))
    assert told()[0].values["latest"] == (permit.valid_to - timedelta(days=40)).isoformat()


@pytest.mark.parametrize(("left", "late"), [(30, False), (29, True)])
def test_who_can_no_longer_be_extended_is_told_so(permit, left, late):
    reminders.sweep(days(permit, left))
    assert (told()[0].msgid == reminders.ENDS_TOO_LATE) is late


def test_a_new_period_is_reminded_of_anew(permit):
    reminders.sweep(days(permit, 90))
    put(permit, valid_to=permit.valid_to + timedelta(days=365))
    fresh = db.session.get_one(Permit, permit.id, populate_existing=True)
    assert reminders.sweep(days(fresh, 90)) == 1


def test_who_has_no_address_is_not_written_to(permit):
    with writing() as session:
        session.execute(sa.update(Person).where(Person.id == permit.person_id).values(email=""))
    reminders.sweep(days(permit, 90))
    assert [m.address for m in told()] == [""]


def test_the_thirty_days_after_entry_are_counted_down(permit):
    residence = db.session.scalar(sa.select(Residence).where(Residence.permit_id == permit.id))
    put(residence, entered_on=TODAY)
    for gone in range(35):
        reminders.sweep(TODAY + timedelta(days=gone))
    assert [m.values.get("days", "late") for m in told() if m.employer_id] == [15, 7, 3, 1, "late"]
    assert [m.values["until"] for m in told() if m.address] == [(TODAY + timedelta(days=30)).isoformat()] * 5


def test_whoever_is_late_is_told_once_with_the_window_and_it_stands_in_the_file(permit):
    residence = db.session.scalar(sa.select(Residence).where(Residence.permit_id == permit.id))
    put(residence, entered_on=TODAY - timedelta(days=30))
    reminders.sweep(TODAY)
    assert not db.session.scalars(sa.select(Event).where(Event.trigger == "late_entry")).all(), "the thirtieth day is in time"
    reminders.sweep(TODAY + timedelta(days=1))
    reminders.sweep(TODAY + timedelta(days=2))
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "late_entry")).one()
    assert (line.case_id, line.facts) == (permit.case_id, {"until": TODAY.isoformat()})
    assert len([m for m in told() if m.user_id]) == 1, "the window's officer"
    assert list(ledger.verify()) == []


def test_what_was_missed_long_ago_is_not_told_any_more(permit):
    residence = db.session.scalar(sa.select(Residence).where(Residence.permit_id == permit.id))
    put(residence, entered_on=TODAY - timedelta(days=200))
    assert reminders.sweep(TODAY) == 0


def test_once_the_originals_are_seen_nobody_is_reminded_of_them(permit):
    residence = db.session.scalar(sa.select(Residence).where(Residence.permit_id == permit.id))
    put(residence, entered_on=TODAY, state=ResidenceState.ORIGINALS_VERIFIED)
    assert reminders.sweep(TODAY + timedelta(days=20)) == 0


def test_the_command_tells_how_many(app, permit):
    put(permit, valid_to=TODAY + timedelta(days=60))
    run = app.test_cli_runner().invoke(args=["reminders", "run"])
    assert run.output.strip() == "1 reminders"
    assert app.test_cli_runner().invoke(args=["reminders", "run"]).output.strip() == "0 reminders"
