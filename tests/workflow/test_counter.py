"""The counter and the residence step: originals one by one, a paper for each outcome, no decision without a standing proof."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import draft_case, granted_case, move, quick, sample_answers
from workflow import clock, counter, ledger
from workflow.card import CardState, social_security_number
from workflow.engine import Refused
from workflow.models import Card, Case, Event, Message, Original, PaperRow, Permit, Residence, db, writing
from workflow.papers import Paper
from workflow.residence import ResidenceState, Verdict

GRANT = {"residence_number": "B 12345678", "valid_from": "2026-01-01", "valid_to": ""}


@pytest.fixture
def step(app) -> Residence:
    return counter.residence_of(granted_case())


@pytest.fixture
def opened(step, who) -> Residence:
    return counter.open_counter(step.id, by=who("huang"))


def see_all(residence, officer, **otherwise):
    for original in list(residence.originals):
        verdict, note = otherwise.get(original.kind, ("seen", ""))
        counter.look_at(residence.id, original.id, verdict, note, by=officer)
    return db.session.get_one(Residence, residence.id)


def act(residence, trigger, by, **answers):
    with quick():
        return counter.act(residence.id, trigger, by=by, seen=None, **answers)


def told(residence, trigger, by, **answers) -> str:
    with pytest.raises(Refused) as refusal:
        act(residence, trigger, by, **answers)
    return refusal.value.code


def period(residence, **changes):
    first = clock.today()
    return GRANT | {"valid_from": first.isoformat(), "valid_to": (first + timedelta(days=360)).isoformat()} | changes


def notice(residence) -> PaperRow:
    return counter.notice_of(residence)


def age_notice(residence, days=1):
    """Let the three months pass without touching the clock."""
    with writing() as session:
        session.execute(sa.update(PaperRow).where(PaperRow.id == notice(residence).id).values(valid_until=clock.today() - timedelta(days=days)))
    return db.session.get_one(Residence, residence.id)


def give_card(residence):
    with writing() as session:
        person = session.get_one(Residence, residence.id).permit.person
        number = social_security_number(person.nationality, person.passport_no)
        session.add(Card(person_id=person.id, state=CardState.ACTIVE, password_hash="x", security_number=number, registered_at=clock.now()))


def test_the_counter_finds_a_case_by_address_code_case_number_and_permit_number(step, who):
    officer, paper = who("huang"), notice(step)
    typed = f"{paper.ref[:4]} {paper.ref[4:8].lower()}-{paper.ref[8:]}"
    for text in (paper.facts["qr_url"], paper.ref, typed, step.case.number, step.permit.person.permit_number, "".join(paper.facts["qr_url"].rpartition("#")[2])):
        assert counter.find(text, officer).id == step.case_id, text
    assert counter.find("440300-2026-999999", officer) is None
    assert counter.find("", officer) is None


def test_the_check_of_what_was_shown_names_its_standing(step, who):
    officer, url = who("huang"), notice(step).facts["qr_url"]
    assert counter.look_up(url, officer).outcome == "in_force"
    assert counter.look_up(step.case.number, officer).outcome == "number"
    age_notice(step)
    assert counter.look_up(url, officer).outcome == "past"


def test_an_altered_code_leads_to_no_case(step, who):
    url = notice(step).facts["qr_url"]
    digits = str(int(url.rpartition("#")[2]) ^ 1)
    scanned = counter.look_up(f"{url.rpartition('#')[0]}#{digits}", who("huang"))
    assert (scanned.outcome, scanned.case) == ("altered", None)


def test_a_true_signature_under_another_reference_is_altered(step, who):
    other = counter.notice_of(counter.residence_of(granted_case()))
    mixed = f"http://portal.example/v/{other.ref}#{notice(step).facts['qr_url'].rpartition('#')[2]}"
    assert counter.look_up(mixed, who("huang")).outcome == "altered"


def test_another_authority_finds_nothing(step, who):
    assert counter.look_up(notice(step).facts["qr_url"], who("bai")).outcome == "unknown"


def test_the_checklist_asks_for_the_health_certificate_that_was_only_pledged(opened):
    kinds = [o.kind for o in opened.originals]
    assert "health" in kinds
    assert {"application_form", "passport_page", "photo", "contract", "experience", "degree", "no_crime", "family_proof"} <= set(kinds)
    pledged = next(o for o in opened.originals if o.kind == "health")
    assert pledged.sha256 is None
    assert all(o.sha256 for o in opened.originals if o.kind != "health")


def test_what_class_a_committed_to_is_excused(app, who):
    from workflow import attaching

    answers = sample_answers(class_ground={"class": "A", "ground": "A_young"})
    answers["basic"]["passport_no"] = "YB7000001"
    case = draft_case(answers=answers, without=("degree", "no_crime"))
    for kind in ("degree", "no_crime"):
        attaching.commit_in_writing(case.id, kind, by=who("lin"))
    for trigger, officer, answer in (("submit", "lin", {}), ("pass_preliminary", "zhou", {}), ("accept", "zhou", {}), ("recommend", "qin", {"opinion": "x", "grounds": "y"}), ("grant", "wei", {})):
        case = move(case, trigger, officer, **answer)
    opened = counter.open_counter(counter.residence_of(case).id, by=who("huang"))
    assert {"degree", "no_crime"}.isdisjoint(o.kind for o in opened.originals)
    assert "health" in {o.kind for o in opened.originals}


def test_opening_twice_writes_the_list_once(opened, who):
    before = [o.id for o in opened.originals]
    again = counter.open_counter(opened.id, by=who("huang"))
    assert [o.id for o in again.originals] == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.trigger == "open_counter")) == 1


@pytest.mark.parametrize("verdict", ["differs", "missing"])
def test_what_differs_or_is_missing_needs_a_note(opened, who, verdict):
    with pytest.raises(Refused) as refusal:
        counter.look_at(opened.id, opened.originals[0].id, verdict, "  ", by=who("huang"))
    assert refusal.value.code == "asks:note"
    assert db.session.get_one(Original, opened.originals[0].id).verdict is None


def test_two_officers_on_one_line_one_is_told(opened, who):
    original = opened.originals[0]
    shown = counter.line_of(original)
    counter.look_at(opened.id, original.id, "seen", by=who("huang"), seen=shown)
    with pytest.raises(Refused) as refusal:
        counter.look_at(opened.id, original.id, "missing", "没有带来", by=who("huang"), seen=shown)
    assert refusal.value.code == "stale"
    assert refusal.value.values["who"] == "黄婧"
    assert db.session.get_one(Original, original.id).verdict is Verdict.SEEN


def test_saving_one_line_does_not_make_the_next_stale(opened, who):
    shown = {o.id: counter.line_of(o) for o in opened.originals}
    for key, seen in shown.items():
        counter.look_at(opened.id, key, "seen", by=who("huang"), seen=seen)
    assert db.session.get_one(Residence, opened.id).all_originals_seen


def test_only_the_window_of_the_own_authority_looks_at_originals(opened, who):
    for short in ("lin", "zhou", "luo", "bai"):
        with pytest.raises(Refused):
            counter.look_at(opened.id, opened.originals[0].id, "seen", by=who(short))


@pytest.mark.parametrize(("days", "holds"), [(1, False), (0, True), (-1, False)])
def test_the_day_of_entry_lies_between_the_notice_and_today(step, who, days, holds):
    day = clock.today() + timedelta(days=days)
    if holds:
        assert counter.set_entry(step.id, day, by=who("huang")).entered_on == day
        assert counter.due_after_entry(day) == day + timedelta(days=30)
        return
    with pytest.raises(Refused) as refusal:
        counter.set_entry(step.id, day, by=who("huang"))
    assert refusal.value.code == "asks:entered_on"
    assert db.session.get_one(Residence, step.id).entered_on is None


def test_an_incomplete_set_is_not_accepted_with_the_list_and_accepted_when_complete(opened, who):
    officer = who("huang")
    see_all(opened, officer, health=("missing", "入境后尚未体检"), no_crime=("differs", "出具日不同"))
    assert told(opened, "verify_originals", officer) == "originals"
    declined = act(opened, "decline_originals", officer)
    assert declined.state is ResidenceState.ORIGINALS_NOT_ACCEPTED
    paper = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.ORIGINALS_NON_ACCEPTANCE)).one()
    assert {(row["en"], row["note"]) for row in paper.facts["missing"]} == {
        ("Health certificate, at most six months old", "入境后尚未体检"), ("No-crime certificate with authentication", "出具日不同"),
    }  # fmt: skip
    see_all(declined, officer)
    verified = act(declined, "verify_originals", officer)
    assert verified.state is ResidenceState.ORIGINALS_VERIFIED
    receipt = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.ORIGINALS_RECEIPT)).one()
    assert len(receipt.facts["items"]) == len(opened.originals)
    assert receipt.facts["officer_window"] == "黄婧"
    triggers = [e.trigger for e in db.session.scalars(sa.select(Event).where(Event.case_id == opened.case_id, Event.subject == "residence").order_by(Event.seq))]
    assert triggers[0] == "open_counter"
    assert [t for t in triggers if t.endswith("originals")] == ["decline_originals", "verify_originals"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.case_id == opened.case_id)) >= 3
    assert list(ledger.verify()) == []


def test_nothing_marked_cannot_be_declined(opened, who):
    assert told(opened, "decline_originals", who("huang")) == "nothing_wanting"


def test_papers_of_the_counter_print(opened, who):
    from workflow.documents.pages import page

    officer, police = who("huang"), who("luo")
    act(see_all(opened, officer, health=("missing", "没有带来")), "decline_originals", officer)
    act(see_all(opened, officer), "verify_originals", officer)
    act(opened, "grant_residence", police, **period(opened))
    wanted = {Paper.ORIGINALS_NON_ACCEPTANCE: "没有带来", Paper.ORIGINALS_RECEIPT: "黄婧", Paper.RESIDENCE_DECISION: "B12345678"}
    for paper in db.session.scalars(sa.select(PaperRow).where(PaperRow.kind.in_(wanted))).all():
        assert wanted.pop(paper.kind) in page(paper.kind.value, paper.facts)
    assert not wanted


def test_a_refusal_of_the_residence_permit_prints_its_reason(step, who):
    from workflow.documents.pages import page

    act(step, "refuse_residence", who("luo"), reason="没有有效的工作许可证明。")
    paper = db.session.scalars(sa.select(PaperRow).where(PaperRow.kind == Paper.RESIDENCE_REFUSAL)).one()
    text = page(paper.kind.value, paper.facts)
    assert "没有有效的工作许可证明。" in text
    assert "出入境" in text


def test_the_residence_permit_is_granted_on_a_valid_notice(opened, who):
    verified = act(see_all(opened, who("huang")), "verify_originals", who("huang"))
    assert verified.proof == "notice"
    granted = act(verified, "grant_residence", who("luo"), **period(verified))
    assert granted.state is ResidenceState.RESIDENCE_GRANTED
    assert (granted.residence_number, granted.valid_from) == ("B12345678", clock.today())
    assert granted.decided_at is not None


def test_an_expired_notice_without_a_card_is_no_proof(opened, who):
    act(see_all(opened, who("huang")), "verify_originals", who("huang"))
    expired = age_notice(opened)
    assert expired.proof == ""
    assert told(expired, "grant_residence", who("luo"), **period(expired)) == "notice"
    assert db.session.get_one(Residence, opened.id).state is ResidenceState.ORIGINALS_VERIFIED


def test_the_permit_page_of_a_registered_card_is_proof_when_the_notice_has_expired(opened, who):
    act(see_all(opened, who("huang")), "verify_originals", who("huang"))
    age_notice(opened)
    give_card(opened)
    assert db.session.get_one(Residence, opened.id).proof == "permit_page"
    granted = act(opened, "grant_residence", who("luo"), **period(opened))
    assert granted.state is ResidenceState.RESIDENCE_GRANTED


@pytest.mark.parametrize(("changes", "code"), [
    ({"residence_number": ""}, "asks:residence_number"),
    ({"residence_number": "B1"}, "asks:residence_number"),
    ({"residence_number": "居留一号的"}, "asks:residence_number"),
    ({"valid_from": "soon"}, "asks:valid_from"),
    ({"valid_to": "2027-02-30"}, "asks:valid_to"),
    ({"valid_from": "2027-06-01", "valid_to": "2027-05-01"}, "asks:valid_to"),
    ({"valid_from": "2020-01-01", "valid_to": "2020-02-01"}, "asks:valid_to"),
    ({"valid_to": "2099-01-01"}, "asks:valid_to"),
])  # fmt: skip
def test_the_period_of_the_residence_permit_is_looked_at(opened, who, changes, code):
    verified = act(see_all(opened, who("huang")), "verify_originals", who("huang"))
    assert told(verified, "grant_residence", who("luo"), **period(verified, **changes)) == code
    assert db.session.get_one(Residence, opened.id).state is ResidenceState.ORIGINALS_VERIFIED


def test_the_same_form_twice_acts_once_and_a_stale_tab_is_told(opened, who):
    officer = who("huang")
    ready = see_all(opened, officer)
    seen = ready.version
    with quick():
        counter.act(opened.id, "verify_originals", by=officer, seen=seen, key="k1")
        counter.act(opened.id, "verify_originals", by=officer, seen=seen, key="k1")
        with pytest.raises(Refused) as refusal:
            counter.act(opened.id, "verify_originals", by=officer, seen=seen, key="k2")
    assert refusal.value.code == "stale"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperRow).where(PaperRow.kind == Paper.ORIGINALS_RECEIPT)) == 1


def test_a_case_that_was_not_granted_has_no_residence_step(app, who):
    case = draft_case()
    assert counter.residence_of(case) is None
    assert db.session.scalar(sa.select(Permit).where(Permit.case_id == case.id)) is None
    assert db.session.get_one(Case, case.id).papers == []


def test_coming_late_is_recorded_with_its_days_and_a_locked_card_is_no_proof(opened, who):
    with writing() as session:
        session.get_one(Residence, opened.id).entered_on = clock.today() - timedelta(days=35)
    act(see_all(opened, who("huang")), "verify_originals", who("huang"))
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "verify_originals")).one()
    assert line.facts["days_late"] == 5
    age_notice(opened)
    give_card(opened)
    with writing() as session:
        session.scalars(sa.select(Card)).one().state = CardState.LOCKED
    late = db.session.get_one(Residence, opened.id)
    assert late.proof == ""
    assert told(late, "grant_residence", who("luo"), **period(late)) == "notice"
    with writing() as session:
        session.scalars(sa.select(Card)).one().state = CardState.ACTIVE
    act(opened, "grant_residence", who("luo"), **period(opened))
    assert db.session.scalars(sa.select(Event).where(Event.trigger == "grant_residence")).one().facts["days_late"] == 5
