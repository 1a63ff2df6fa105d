"""Cancellations on paper, at the window: seed 002 question 16 and domain.md 1.2."""

from datetime import UTC, datetime

import pytest

from tests import factories
from tests.workflow.walking import ending_in, kinds, legacy
from workflow import paper_intake
from workflow.engine import Refused
from workflow.models import Case, Permit, db, writing

LETTER = {"cancellation_letter": factories.sample_file("cancellation_letter")}
OLD = {"ground": "old_notice", "note": "单位已盖章。"}


@pytest.fixture
def old(app) -> Permit:
    permit = legacy(ending_in(200), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = datetime(2024, 11, 1, tzinfo=UTC)
    return db.session.get_one(Permit, permit.id)


def take(permit: Permit, said: dict = OLD, scans: dict | None = None, by: str = "huang", key: str | None = None) -> Case:
    with factories.quick():
        return paper_intake.take_in(permit.id, said, LETTER if scans is None else scans, by=factories.person(by), key=key)


def test_the_window_officer_takes_in_the_sealed_letter_and_completes_it(old):
    case = take(old)
    assert kinds(case) == {"cancellation_proof"}
    assert db.session.get_one(Permit, old.id).standing() == "cancelled"
    assert [m.kind for m in case.live_materials] == ["cancellation_letter"]
    assert case.live_materials[0].sha256
    assert (case.employer_id, case.decided_by_id) == (old.employer_id, factories.person("huang").id)


def test_without_the_scan_nothing_is_cancelled(old):
    with pytest.raises(Refused) as refusal:
        take(old, scans={})
    assert refusal.value.code == "at:material.cancellation_letter"
    assert db.session.get_one(Permit, old.id).in_force()


def test_a_wound_up_employer_needs_the_registrars_proof_and_no_old_notification(app):
    permit = ending_in(200)
    with pytest.raises(Refused) as refusal:
        take(permit, {"ground": "wound_up"})
    assert refusal.value.code == "at:material.registrar_proof"
    proof = {"registrar_proof": factories.sample_file("registrar_proof")}
    assert kinds(take(permit, {"ground": "wound_up"}, LETTER | proof)) == {"cancellation_proof"}


def test_a_letter_is_no_way_around_filing_online(app):
    """Granted since 1 December 2024: online, through 工作许可证注销."""
    with pytest.raises(Refused) as refusal:
        take(ending_in(200))
    assert refusal.value.code == "at:cancellation.ground"


@pytest.mark.parametrize("who", ["lin", "zhou", "wei"])
def test_it_is_the_windows_alone(old, who):
    with pytest.raises(Refused) as refusal:
        take(old, by=who)
    assert refusal.value.code == "role"


def test_the_same_form_twice_cancels_once(old):
    assert take(old, key="k1").id == take(old, key="k1").id


def test_it_is_found_by_number_and_only_in_its_own_authority(old):
    huang = factories.person("huang")
    assert [p.id for p in paper_intake.find(old.person.permit_number, huang)] == [old.id]
    assert [p.id for p in paper_intake.find(old.person.passport_no.lower(), huang)] == [old.id]
    with writing() as session:
        session.get_one(Permit, old.id).authority_id = 2
    assert paper_intake.find(old.person.permit_number, factories.person("huang")) == []
    with pytest.raises(Refused) as refusal:
        take(old)
    assert refusal.value.code == "reach"


def test_on_its_last_day_it_still_stands(app):
    permit = legacy(ending_in(0), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = datetime(2024, 11, 1, tzinfo=UTC)
    assert kinds(take(permit)) == {"cancellation_proof"}
