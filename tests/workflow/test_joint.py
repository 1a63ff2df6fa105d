"""并联 from the filing to both decisions: called in, an appointment, the originals before acceptance, each permit failing with its own paper. Domain.md 9.2."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.workflow.walking import draft, ending_in, kinds, on, permit_of
from workflow import appointments, clock, counter, desk, ledger, marking, together
from workflow.engine import Refused
from workflow.models import Appointment, AppointmentSlot, Case, Message, PaperRow, Permit, Residence, db, writing
from workflow.papers import Paper
from workflow.residence import ResidenceState as S
from workflow.services import service

CONTRACT = {"parties": 1, "place": 1, "duties": 1, "pay": 2, "period": 2, "position": 1, "signature_page": 3, "chinese": "yes"}


def joint_draft(permit: Permit | None = None) -> Case:
    permit = permit or ending_in(60)
    answers = {"class_ground": {"change": "no"}, "application": {"contract_to": on(400), "residence_expires": on(20)}, "contract": CONTRACT}
    answers["residence"] = {"residence_kind": "extension", "residence_expires": on(20), "residence_until": on(300), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)}
    return draft("extension_joint", permit, answers)


def open_slots(capacity: int = 1, days: int = 14) -> list[AppointmentSlot]:
    admin = factories.person("admin")
    appointments.open_days(clock.today() + timedelta(days=1), clock.today() + timedelta(days=days), [time(9), time(9, 30)], capacity, by=admin)
    return appointments.offered(admin.authority_id)


def called_in() -> Case:
    return factories.move(factories.move(joint_draft(), "submit", "lin"), "pass_preliminary", "zhou")


def step_of(case: Case) -> Residence:
    return db.session.scalars(sa.select(Residence).where(Residence.case_id == case.id).execution_options(populate_existing=True)).one()


def act(case: Case, trigger: str, short: str, **answers: str) -> Residence:
    with factories.quick():
        counter.act(step_of(case).id, trigger, by=factories.person(short), seen=None, **answers)
    return step_of(case)


def told(case: Case, trigger: str, short: str, **answers: str) -> str:
    with pytest.raises(Refused) as refusal:
        act(case, trigger, short, **answers)
    return refusal.value.code


def see_all(case: Case, **otherwise: tuple[str, str]) -> None:
    officer = factories.person("huang")
    counter.open_counter(step_of(case).id, by=officer)
    for line in list(step_of(case).originals):
        verdict, note = otherwise.get(line.kind, ("seen", ""))
        counter.look_at(line.residence_id, line.id, verdict, note, by=officer)


def verified() -> Case:
    case = called_in()
    act(case, "book", "lin", slot=str(open_slots()[0].id))
    see_all(case)
    act(case, "verify_originals", "huang")
    return db.session.get_one(Case, case.id)


def decided(trigger: str, **answers: str) -> Case:
    case = verified()
    for lever, who, given in (("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合条件。", "grounds": "服务指南"}), (trigger, "wei", answers)):
        case = factories.move(case, lever, who, **given)
    return db.session.get_one(Case, case.id)


def said(case: Case, *, to_entrant: bool = False) -> str:
    to = Message.address != "" if to_entrant else Message.address == ""
    return " ".join(m.msgid % m.values for m in db.session.scalars(sa.select(Message).where(Message.case_id == case.id, to)))


def test_the_residence_step_is_there_from_the_filing_on(app):
    case = joint_draft()
    assert db.session.scalar(sa.select(Residence.id).where(Residence.case_id == case.id)) is None
    step = step_of(factories.move(case, "submit", "lin"))
    assert (step.state, step.joint, step.permit_id) == (S.TRAVELLING, True, None)
    assert (step.holder.name, step.holder.passport_no) == (case.applicant, case.passport_no)
    assert told(case, "book", "lin", slot="1") == "state", "nobody is called in before the material review is passed"


def test_a_single_filing_begins_its_step_at_the_grant_as_before(app):
    step = counter.residence_of(factories.granted_case())
    assert (step.joint, step.state) == (False, S.AWAITING_ORIGINALS)
    assert step.permit_id is not None


@pytest.mark.parametrize("change", [{"joint": False}, {"state": "residence_granted"}, {"joint": False, "state": "awaiting_originals"}])
def test_the_database_knows_no_step_without_a_permit_but_a_joint_one_before_the_grant(app, change):
    case = factories.move(joint_draft(), "submit", "lin")
    with pytest.raises(sa.exc.IntegrityError), writing() as session:
        session.execute(sa.update(Residence).where(Residence.case_id == case.id).values(decided_at=clock.now(), **change))


def test_after_the_material_review_employer_and_entrant_are_told_to_book(app):
    case = called_in()
    assert step_of(case).state is S.APPOINTMENT_DUE
    assert "Book an appointment" in said(case)
    assert "Your employer books an appointment" in said(case, to_entrant=True)
    assert case.due_on is None, "the limit of acceptance does not run while the originals are still to come"


def test_the_work_permit_is_not_accepted_before_the_originals_were_handed_in(app):
    case = called_in()
    with pytest.raises(Refused) as refusal:
        factories.move(case, "accept", "zhou")
    assert refusal.value.code == "originals"
    act(case, "book", "lin", slot=str(open_slots()[0].id))
    assert told(case, "verify_originals", "huang") == "originals", "an appointment alone is not enough"
    see_all(case)
    act(case, "verify_originals", "huang")
    case = db.session.get_one(Case, case.id)
    assert case.limit_kind == "acceptance"
    assert case.due_on is not None
    assert factories.move(case, "accept", "zhou").state.value == "examination"
    assert list(ledger.verify()) == []


def test_a_booking_takes_a_place_and_tells_both_where_and_when(app):
    case, slots = called_in(), open_slots()
    step = act(case, "book", "lin", slot=str(slots[0].id))
    assert (step.state, step.appointment.slot_id, step.appointment.slot.taken) == (S.APPOINTED, slots[0].id, 1)
    for text in (said(case), said(case, to_entrant=True)):
        assert f"{slots[0].day.isoformat()} at 09:00" in text
        assert "50 号窗口" in text
    assert slots[0].id not in [s.id for s in appointments.offered(case.authority_id)]


def test_the_last_place_is_given_once(app):
    first, second, slots = called_in(), called_in(), open_slots()
    act(first, "book", "lin", slot=str(slots[0].id))
    assert told(second, "book", "lin", slot=str(slots[0].id)) == "asks:slot"
    assert step_of(second).state is S.APPOINTMENT_DUE
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Appointment)) == 1
    with pytest.raises(sa.exc.IntegrityError), writing() as session:
        session.execute(sa.update(AppointmentSlot).where(AppointmentSlot.id == slots[0].id).values(taken=2))


def test_an_appointment_is_moved_once_and_before_its_day(app):
    case, slots = called_in(), open_slots()
    act(case, "book", "lin", slot=str(slots[0].id))
    assert told(case, "move_appointment", "lin", slot=str(slots[0].id)) == "asks:slot"
    step = act(case, "move_appointment", "lin", slot=str(slots[3].id))
    assert (step.appointment.slot_id, step.state) == (slots[3].id, S.APPOINTED)
    assert db.session.get_one(AppointmentSlot, slots[0].id, populate_existing=True).taken == 0
    assert told(case, "move_appointment", "lin", slot=str(slots[5].id)) == "moved"


def put_on(case: Case, day: date) -> None:
    with writing() as session:
        session.get_one(AppointmentSlot, step_of(case).appointment.slot_id).day = day


def test_on_the_day_itself_nothing_is_moved_and_who_did_not_come_books_again(app):
    case, slots = called_in(), open_slots()
    act(case, "book", "lin", slot=str(slots[0].id))
    put_on(case, clock.today())
    assert told(case, "move_appointment", "lin", slot=str(slots[3].id)) == "the_day"
    assert told(case, "miss_appointment", "huang") == "not_yet"
    put_on(case, clock.today() - timedelta(days=1))
    assert act(case, "miss_appointment", "huang").state is S.APPOINTMENT_DUE
    assert act(case, "book", "lin", slot=str(slots[3].id)).state is S.APPOINTED
    assert [a.ended_why for a in step_of(case).appointments] == ["missed", ""]


def test_only_the_own_employer_books_and_only_what_the_own_authority_offers(app):
    case, slots = called_in(), open_slots()
    for short in ("zhou", "huang", "fu"):
        assert told(case, "book", short, slot=str(slots[0].id)) in ("role", "reach")
    with writing() as session:
        session.get_one(AppointmentSlot, slots[0].id).authority_id = factories.person("fu").employer.authority_id
    for strange in (str(slots[0].id), "999999", "x", ""):
        assert told(case, "book", "lin", slot=strange) == "asks:slot"


def test_incomplete_originals_lead_to_the_list_and_another_appointment(app):
    case, slots = called_in(), open_slots(capacity=2)
    act(case, "book", "lin", slot=str(slots[0].id))
    see_all(case, lodging_proof=("missing", "没有带来"))
    step = act(case, "decline_originals", "huang")
    assert step.state is S.ORIGINALS_NOT_ACCEPTED
    assert step.appointment is None
    assert "originals_non_acceptance" in kinds(db.session.get_one(Case, case.id))
    act(case, "book", "lin", slot=str(slots[1].id))
    see_all(case)
    assert act(case, "verify_originals", "huang").state is S.ORIGINALS_VERIFIED


def test_both_are_granted_within_the_joint_limit(app):
    case = factories.move(verified(), "accept", "zhou")
    limit = case.profile.limits["decision"]
    assert (limit.promised, limit.statutory) == (7, 20)
    due = desk.deadline_of(case)
    assert together.deadline_of(step_of(case)) == due
    period = {"residence_number": "B 12345678", "valid_from": on(0), "valid_to": on(200)}
    assert told(case, "grant_residence", "luo", **period) == "work", "the residence permit follows the work permit"
    case = factories.move(factories.move(case, "recommend", "qin", opinion="符合条件。", grounds="服务指南"), "grant", "wei")
    step = step_of(case)
    assert (step.permit_id, step.state) == (permit_of(case).id, S.ORIGINALS_VERIFIED)
    assert together.deadline_of(step) == due, "the same limit runs on through the second decision"
    assert act(case, "grant_residence", "luo", **period).state is S.RESIDENCE_GRANTED
    assert together.deadline_of(step_of(case)) is None
    assert kinds(db.session.get_one(Case, case.id)) >= {"decision", "notification", "originals_receipt", "residence_decision"}
    assert list(ledger.verify()) == []


def test_the_originals_seen_are_proof_enough_also_where_no_notification_is_issued(app):
    """A change issues no Notification; the permit granted in the same filing is the proof."""
    permit = ending_in(200)
    changed = {"name": "no", "passport": "no", "title": "yes", "class": "no", "changed_on": on(-3)}
    lodging = {"residence_kind": "change", "residence_expires": on(200), "residence_until": on(199), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)}
    case = draft("amendment_joint", permit, {"amendment": changed, "basic": {"reissue": "no"}, "application": {"position": "首席光学设计师"}, "residence": lodging})
    case = factories.move(factories.move(case, "submit", "lin"), "pass_preliminary", "zhou")
    act(case, "book", "lin", slot=str(open_slots()[0].id))
    see_all(case)
    act(case, "verify_originals", "huang")
    for lever, who, given in (("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合。", "grounds": "服务指南"}), ("grant", "wei", {})):
        case = factories.move(case, lever, who, **given)
    assert step_of(case).proof == "together"
    assert counter.proofs([step_of(case)]) == {step_of(case).id: "together"}


def test_a_refused_work_permit_ends_the_residence_step_with_its_own_paper(app):
    from workflow.documents.pages import page

    case = decided("refuse", reason="合同薪酬与申报不一致。")
    step = step_of(case)
    assert (step.state, step.permit_id) == (S.RESIDENCE_REFUSED, None)
    assert step.decided_at is not None
    paper = next(p for p in case.papers if p.kind is Paper.RESIDENCE_REFUSAL)
    assert {"refusal", "residence_refusal"} <= kinds(case)
    text = page(paper.kind.value, paper.facts)
    assert "失去办理依据" in text
    assert "工作许可本身不受本决定影响" not in text
    assert "出入境" in text
    assert "refused with it" in said(case)
    assert list(ledger.verify()) == []


def test_a_refused_residence_permit_leaves_the_work_permit_granted(app):
    case = decided("grant")
    act(case, "refuse_residence", "luo", reason="住宿登记不实。")
    case = db.session.get_one(Case, case.id)
    assert (case.state.value, step_of(case).state) == ("granted", S.RESIDENCE_REFUSED)
    assert permit_of(case).in_force()
    assert kinds(case) >= {"decision", "residence_refusal"}


def test_a_residence_permit_refused_first_does_not_stop_the_work_permit(app):
    case = verified()
    act(case, "refuse_residence", "luo", reason="住宿登记不实。")
    for lever, who, given in (("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合。", "grounds": "服务指南"}), ("grant", "wei", {})):
        case = factories.move(case, lever, who, **given)
    assert (case.state.value, step_of(case).state) == ("granted", S.RESIDENCE_REFUSED)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperRow).where(PaperRow.case_id == case.id, PaperRow.kind == Paper.RESIDENCE_REFUSAL)) == 1


@pytest.mark.parametrize(("trigger", "who"), [("withdraw", "lin"), ("decline", "zhou")])
def test_a_filing_that_ends_early_ends_the_step_and_frees_the_place(app, trigger, who):
    case, slots = called_in(), open_slots()
    act(case, "book", "lin", slot=str(slots[0].id))
    case = factories.move(case, trigger, who, reason="不再需要。")
    step = step_of(case)
    assert (step.state, step.appointment) == (S.ENDED_WITH_FILING, None)
    assert db.session.get_one(AppointmentSlot, slots[0].id, populate_existing=True).taken == 0
    assert told(case, "verify_originals", "huang") == "state"


def test_a_return_before_the_review_is_passed_leaves_the_step_where_it_is(app):
    case = factories.move(joint_draft(), "submit", "lin")
    marking.mark(case.id, "answers:residence.lodging", "地址与住宿登记不一致。", by=factories.person("zhou"))
    case = factories.move(case, "return_all_at_once", "zhou")
    assert step_of(case).state is S.TRAVELLING
    with factories.quick():
        desk.keep(case.id, "residence", {"lodging": "南山区科苑路 20 号"}, by=factories.person("lin"))
    case = factories.move(factories.move(case, "resubmit", "lin"), "pass_preliminary", "zhou")
    assert step_of(case).state is S.APPOINTMENT_DUE


def test_a_file_that_was_replaced_is_compared_anew_at_the_counter(app):
    case, slots = called_in(), open_slots()
    act(case, "book", "lin", slot=str(slots[0].id))
    see_all(case)
    marking.mark(case.id, "material:lodging_proof", "请上传新的住宿登记表。", by=factories.person("zhou"))
    factories.move(case, "return_for_correction", "zhou")
    from workflow import attaching

    with factories.quick():
        name, data = factories.sample_file("contract")
        attaching.attach(case.id, "lodging_proof", name, data, by=factories.person("lin"))
    factories.move(case, "resubmit", "lin")
    step = counter.open_counter(step_of(case).id, by=factories.person("huang"))
    assert [o.kind for o in step.originals if o.verdict is None] == ["lodging_proof"]
    assert db.session.get_one(Case, case.id).due_on is None


def test_the_day_of_entry_is_no_matter_of_a_joint_filing(app):
    case = called_in()
    with pytest.raises(Refused):
        counter.set_entry(step_of(case).id, clock.today(), by=factories.person("huang"))


@pytest.mark.parametrize(("first", "last", "hours", "capacity", "code"), [
    (0, 3, [time(9)], 1, "field:last_day"), (5, 4, [time(9)], 1, "field:last_day"), (1, 200, [time(9)], 1, "field:last_day"),
    (1, 10, [], 1, "field:closes"), (1, 10, [time(9)], 0, "field:capacity"), (1, 10, [time(9)], 51, "field:capacity"),
])  # fmt: skip
def test_what_cannot_be_opened_is_told(app, first, last, hours, capacity, code):
    with pytest.raises(Refused) as refusal:
        appointments.open_days(clock.today() + timedelta(days=first), clock.today() + timedelta(days=last), hours, capacity, by=factories.person("admin"))
    assert refusal.value.code == code


def test_times_are_opened_on_working_days_by_the_administrator_alone(app):
    slots = open_slots(days=14)
    from workflow.calendars import is_working_day

    assert {s.day for s in slots} == {d for n in range(1, 15) if is_working_day(d := clock.today() + timedelta(days=n))}
    assert appointments.times(time(9), time(10), 30) == [time(9), time(9, 30)]
    with pytest.raises(Refused):
        appointments.open_days(clock.today() + timedelta(days=1), clock.today() + timedelta(days=3), [time(9)], 1, by=factories.person("huang"))


def test_a_closed_day_keeps_who_has_booked(app):
    case, slots = called_in(), open_slots(capacity=3)
    act(case, "book", "lin", slot=str(slots[0].id))
    assert appointments.close_day(slots[0].day, by=factories.person("admin")) == 2
    held = step_of(case).appointment.slot
    assert (held.taken, held.capacity) == (1, 1)
    assert slots[0].day not in {s.day for s in appointments.offered(case.authority_id)}
    assert open_slots(capacity=3)[0].room == 2, "opened again, it has room again"


def test_the_joint_extension_has_the_seven_tabs_of_the_platform():
    """Domain.md 9.2, in this order; the class belongs to the second, the seventh is the attachments."""
    assert service("extension_joint").pages == (
        ("Personal information", ("basic",)), ("Business information", ("class_ground", "application")), ("Residence permit application", ("residence",)),
        ("Education", ("education",)), ("Work experience", ("work",)), ("Family information", ("family",)),
    )  # fmt: skip
    assert [codes for _, codes in service("amendment_joint").pages] == [("basic",), ("amendment", "class_ground", "application"), ("residence",)]
