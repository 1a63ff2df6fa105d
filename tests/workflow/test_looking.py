"""Looking into stored files: promised with the upload, done once whoever dies meanwhile, noted once, and seen by handler and officer alike."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.journey.samples import sample_answers, sample_passport, sample_photo
from tests import factories
from workflow import attaching, clock, desk, files, jobs, looking, offering, passport_answers
from workflow.engine import Refused
from workflow.intake import looks
from workflow.intake.findings import Rule, found
from workflow.intake.looks import Check, Look
from workflow.models import CaseFinding, CaseMaterial, Outbox, db, writing
from workflow.services import service

RULES = {"pose.roll": Rule("reject", "The head leans by %(measured)s."), "pose.slight": Rule("warn", "The head is turned by %(measured)s.")}
FOUND = (found(RULES, "pose.roll", "9", 8), found(RULES, "pose.slight", "9", 8), found(RULES, "pose.slight", "6", 5))
LINES = ["P<ITAMORETTI<<GIULIA<ANNA<<<<<<<<<<<<<<<<<<<", "YB00417287ITA9003141F3306183<<<<<<<<<<<<<<08"]


@pytest.fixture
def seen(monkeypatch):
    """A check that costs nothing: it answers FOUND and counts how often it was asked."""
    asked = []
    check = Check("1", lambda name, data: asked.append(name) or Look(FOUND, {"measures": {"faces": 1}, "run": ["pose"], "not_run": []}, {"map": b"a map"}))
    monkeypatch.setattr(looking, "CHECKS", {"photo": check})
    return asked


@pytest.fixture
def draft(app, who):
    """A draft with its first page typed, and no file yet: quicker than a complete one."""
    case = desk.start("new_overseas", by=who("lin"))
    return desk.keep(case.id, "basic", sample_answers()["basic"] | {"passport_expires": "2033-06-18"}, by=who("lin"))


def attached(draft, who, kind="photo", data=None):
    """Attach with jobs held back, as where a worker does them later. The row's id."""
    with factories.quick():
        done = attaching.attach(draft.id, kind, f"{kind}.jpg", data or sample_photo(), by=who("lin"))
    return done.material.id


def row_of(material_id):
    db.session.rollback()
    return db.session.get_one(CaseMaterial, material_id, populate_existing=True)


def findings_of(material_id):
    return db.session.scalars(sa.select(CaseFinding).where(CaseFinding.material_id == material_id).order_by(CaseFinding.id)).all()


def test_an_upload_is_stored_first_and_looked_at_by_the_worker(draft, who, seen):
    material = attached(draft, who)
    assert row_of(material).look_state == "waiting"
    assert findings_of(material) == []
    jobs.work()
    row = row_of(material)
    assert (row.look_state, row.look_version, row.look["measures"]) == ("done", "photo 1", {"faces": 1})
    assert files.read(row.map_sha256) == b"a map"
    assert [(f.code, f.level, f.measured, f.limit) for f in findings_of(material)] == [("pose", "reject", "9", "8"), ("pose", "warn", "9", "8"), ("pose", "warn", "6", "5")]


def test_without_a_worker_it_is_looked_at_with_the_upload(draft, who, seen):
    done = attaching.attach(draft.id, "photo", "photo.jpg", sample_photo(), by=who("lin"))
    assert done.material.look_state == "done"
    assert seen == ["photo.jpg"]


def test_a_worker_that_died_leaves_the_look_to_the_next(draft, who, seen, monkeypatch):
    material = attached(draft, who)
    assert jobs._take() is not None  # claimed, and then the worker is gone
    assert jobs.work() == 0
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.work()
    assert row_of(material).look_state == "done"
    assert len(findings_of(material)) == 3


def test_two_workers_at_one_look_note_it_once(draft, who, seen):
    material = attached(draft, who)
    row = row_of(material)
    sha256, version = row.sha256, row.look_version
    looking.keep(material, version, sha256, Look(FOUND))
    looking.keep(material, version, sha256, Look(FOUND))
    looking.look_at_file({"material": material})
    assert len(findings_of(material)) == 3
    assert seen == []


def test_the_same_finding_twice_is_one_row_and_the_database_holds_it(draft, who, seen):
    material = attached(draft, who)
    row = row_of(material)
    looking.keep(material, row.look_version, row.sha256, Look((*FOUND, *FOUND)))
    assert len(findings_of(material)) == 3
    again = looking.finding_row(row_of(material), FOUND[0], row_of(material).sha256, row_of(material).look_version)
    db.session.add(again)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_newer_check_takes_the_place_of_what_the_older_found(draft, who, seen, monkeypatch):
    material = attached(draft, who)
    jobs.work()
    with writing() as session:
        session.get_one(CaseMaterial, material).look_state = "waiting"
    monkeypatch.setattr(looking, "CHECKS", {"photo": Check("2", lambda name, data: Look((FOUND[2],)))})
    looking.look_at_file({"material": material})
    assert [(f.measured, f.check_version) for f in findings_of(material)] == [("6", "photo 2")]


def test_where_no_worker_runs_the_page_that_waits_does_it_and_never_beside_a_worker(draft, who, seen):
    material = attached(draft, who)
    key = looking.key_of(row_of(material))
    assert not jobs.do_overdue(key, timedelta(seconds=15))
    assert jobs.do_overdue(key, timedelta(0))
    assert row_of(material).look_state == "done"
    assert not jobs.do_overdue(key, timedelta(0))
    other = attached(draft, who)
    assert jobs._take() is not None
    assert not jobs.do_overdue(looking.key_of(row_of(other)), timedelta(0))


def test_a_look_goes_before_what_nobody_waits_for(draft, who, seen):
    with writing() as session:
        now = clock.now()
        session.add(Outbox(task="print_paper", key="old", payload={"paper": 0}, created_at=now, due_at=now - timedelta(minutes=10)))
    material = attached(draft, who)
    taken = jobs._take()
    assert db.session.get_one(Outbox, taken).payload == {"material": material}


def read(monkeypatch, **fields):
    """A passport check that read LINES."""
    facts = {"mrz": LINES, "checks": dict.fromkeys(("number", "birth", "expiry", "personal", "composite"), True), "repaired": [], "turned": 0, "not_run": []}
    values = {"surname": "MORETTI", "given_names": "GIULIA ANNA", "passport_no": "YB0041728", "nationality": "ITA", "birth_date": "1990-03-14", "sex": "F", "passport_expires": "2033-06-18"}
    monkeypatch.setattr(looking, "CHECKS", {"passport": Check("1", lambda name, data: Look((), facts | {"fields": values | fields}))})


def test_the_passport_offers_and_compares_and_overwrites_nothing(draft, who, monkeypatch):
    read(monkeypatch)
    held = dict(desk.keep(draft.id, "basic", draft.answers["basic"] | {"passport_no": "YB0041729", "given_names": ""}, by=who("lin")).answers["basic"])
    attached(draft, who, "passport_page", sample_passport(held))
    jobs.work()
    db.session.rollback()
    section = service(draft.service).section("basic")
    assert passport_answers.offered(draft, section)["given_names"] == "GIULIA ANNA"
    assert [(f.target, f.values["typed"], f.measured) for f in passport_answers.differences(draft)] == [("basic.passport_no", "YB0041729", "YB0041728")]
    assert draft.answers["basic"] == held
    assert passport_answers.offered(draft, service(draft.service).section("application")) == {}


def test_what_is_read_but_no_answer_of_the_form_is_not_offered(draft, who, monkeypatch):
    read(monkeypatch, sex="?", nationality="UTOPIA")
    attached(draft, who, "passport_page", sample_passport(draft.answers["basic"]))
    jobs.work()
    db.session.rollback()
    offered = passport_answers.offered(draft, service(draft.service).section("basic"))
    assert "sex" not in offered
    assert "nationality" not in offered


def test_an_accepted_offer_becomes_the_photograph_and_the_original_is_kept(draft, who, seen, monkeypatch):
    material = attached(draft, who)
    jobs.work()
    better = sample_photo("#5b3a4a")
    monkeypatch.setattr(offering, "better_photo", lambda data, crop, whiten: better)
    monkeypatch.setattr(looks, "photo", lambda name, data: Look((FOUND[2],), {"measures": {}}))
    offering.make(draft.id, material, by=who("lin"))
    row = row_of(material)
    assert files.read(row.offer_sha256) == better
    assert [f["measured"] for f in row.look["offer"]["findings"]] == ["6"]
    done = offering.take(draft.id, material, by=who("lin"), key="k")
    assert files.read(done.material.sha256) == better
    assert row_of(material).replaced_at is not None
    assert files.read(row_of(material).sha256) == sample_photo()
    with pytest.raises(Refused):
        offering.take(draft.id, material, by=who("lin"), key="l")


def test_where_nothing_can_be_offered_the_sentence_says_so(draft, who, seen, monkeypatch):
    material = attached(draft, who)
    monkeypatch.setattr(offering, "better_photo", lambda data, crop, whiten: None)
    with pytest.raises(Refused, match="cannot be improved"):
        offering.make(draft.id, material, by=who("lin"))
    with pytest.raises(Refused):
        offering.make(draft.id, material, by=who("lin"), crop=False, whiten=False)
