"""Each service walked through the desk to its papers, and what becomes of permit, notice, code and card. Rules from domain.md 1.2, 1.6, 4 and the seeds."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.workflow.walking import SAMPLE, decide, draft, ending_in, kinds, legacy, on, permit_of, set_period, with_card, wrong
from workflow import clock, desk, holding, worth
from workflow.engine import Refused
from workflow.models import Case, PaperRow, Permit, Residence, db, writing
from workflow.papers import Paper

EXTENDED = {
    "class_ground": {"change": "no"},
    "application": {"contract_to": None, "residence_expires": None},
    "contract": {"parties": 1, "place": 1, "duties": 1, "pay": 2, "period": 2, "position": 1, "signature_page": 3, "chinese": "yes"},
}


def extended(permit: Permit, **application: str) -> dict:
    return EXTENDED | {"application": {"contract_to": (permit.valid_to + timedelta(days=365)).isoformat(), "residence_expires": on(20), **application}}


def paper_of(case: Case, kind: Paper) -> PaperRow:
    return next(p for p in db.session.get_one(Case, case.id).papers if p.kind is kind)


def domestic(ground: str, **more: dict) -> dict:
    answers = SAMPLE(basic={"passport_no": "YD1000001"})
    answers["class_ground"] |= {"domestic_ground": ground}
    answers["application"] = {k: v for k, v in answers["application"].items() if k not in ("mission", "entry_planned")} | {"visa_kind": "work_residence", "visa_expires": on(60)}
    for section, change in more.items():
        answers[section] |= change
    return answers


def test_filed_inside_china_on_a_ground_it_ends_with_both_papers(app):
    case = decide(draft("new_domestic", answers=domestic("group_transfer")))
    assert kinds(case) >= {"decision", "notification"}
    assert permit_of(case).in_force()
    assert "mission" not in case.answers["application"]


def test_ground_one_is_for_class_a_only(app):
    assert "class_ground.domestic_ground" in wrong(draft("new_domestic", answers=domestic("class_a")))


def test_an_expired_visa_is_named_before_filing(app):
    assert "application.visa_expires" in wrong(draft("new_domestic", answers=domestic("family", application={"visa_expires": on(-1)})))


@pytest.mark.parametrize(("start", "stands"), [(-6, True), (-5, False), (0, False)])
def test_after_a_change_of_employer_the_new_contract_begins_on_the_day_of_cancellation_at_the_earliest(app, start, stands):
    answers = domestic(
        "change_employer", class_ground={"previous_permit": "899202600000000019", "previous_cancelled_on": on(-5), "filed_before": "yes"}, application={"contract_from": on(start)}
    )
    assert ("application.contract_from" in wrong(draft("new_domestic", answers=answers))) is stands


def test_a_change_of_employer_waits_until_the_old_permit_is_cancelled_and_keeps_the_occupation(app):
    old = permit_of(factories.granted_case(passport_no="YD1000001"))
    with writing() as session:
        session.get_one(Permit, old.id).employer_id = factories.person("fu").employer_id
    number = old.person.permit_number
    answers = domestic("change_employer", class_ground={"previous_permit": number, "previous_cancelled_on": on(-5), "filed_before": "yes"}, application={"occupation": "trade"})
    case = draft("new_domestic", answers=answers)
    assert {"class_ground.previous_permit", "application.occupation"} <= set(wrong(case))
    guess = draft("new_domestic", answers=domestic("change_employer", class_ground={"previous_permit": "899202600000000019", "previous_cancelled_on": on(-5), "filed_before": "yes"}))
    assert wrong(guess) == {}, "whoever does not know number and passport together is told nothing"


@pytest.mark.parametrize("code", ["new_domestic", "new_overseas"])
def test_a_permit_in_force_with_another_employer_is_never_replaced_behind_its_back(app, code):
    old = permit_of(factories.granted_case(passport_no="YD1000001"))
    with writing() as session:
        session.get_one(Permit, old.id).employer_id = factories.person("fu").employer_id
    answers = domestic("group_transfer") if code == "new_domestic" else SAMPLE(basic={"passport_no": "YD1000001"})
    with pytest.raises(Refused) as refusal:
        decide(draft(code, answers=answers))
    assert refusal.value.code == "in_force"
    assert db.session.get_one(Permit, old.id, populate_existing=True).in_force()


SHORT = {
    "task": {"task": "filming", "partner": "深圳湾影业", "entries": 1, "no_crime_promise": "yes"},
    "application": {
        "position": "摄影师", "duties": "纪录片拍摄。", "division": "440305", "place_detail": "南山、福田", "contract_from": None, "contract_to": None, "mission": "中国驻米兰总领事馆",
    },
}  # fmt: skip


def short(days: int = 90, birth: str | None = None) -> dict:
    basic = SAMPLE()["basic"] | {"passport_no": "YD2000001"} | ({"birth_date": birth} if birth else {})
    return SHORT | {"basic": basic, "application": SHORT["application"] | {"contract_from": on(30), "contract_to": on(30 + days - 1)}}


@pytest.mark.parametrize(("days", "stands"), [(90, False), (91, True)])
def test_a_short_task_lasts_ninety_days_at_most(app, days, stands):
    assert ("application.contract_to" in wrong(draft("short_term", answers=short(days)))) is stands


def _birthday(years: int, days: int = 0) -> str:
    today = clock.today()
    return (date(today.year - years, today.month, min(today.day, 28)) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("birth", "stands"), [(_birthday(18), False), (_birthday(18, 5), True), (_birthday(61, 5), False), (_birthday(61, -1), True)])
def test_short_term_permits_are_for_eighteen_to_sixty(app, birth, stands):
    assert ("basic.birth_date" in wrong(draft("short_term", answers=short(birth=birth)))) is stands


def test_a_short_term_permit_has_its_own_notification_opens_no_card_and_cannot_be_extended(app):
    case = decide(draft("short_term", answers=short()))
    notice = paper_of(case, Paper.SHORT_NOTIFICATION)
    assert worth.outcome_of(notice) is worth.Outcome.IN_FORCE
    with pytest.raises(Refused) as refusal:
        holding.open_paper(notice)
    assert refusal.value.code == "not_a_notice"
    assert db.session.scalar(sa.select(Residence.id).where(Residence.case_id == case.id)) is None
    permit = set_period(permit_of(case), clock.today() - timedelta(days=20), clock.today() + timedelta(days=60))
    with pytest.raises(Refused) as refusal:
        desk.start("extension", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == "long_term"
    assert "ground 8" in str(refusal.value)


@pytest.mark.parametrize(("days", "code"), [(121, "too_early"), (120, None), (30, None), (29, "too_late"), (-1, "lapsed")])
def test_an_extension_begins_within_its_window_of_days(app, days, code):
    permit = ending_in(days)
    if code is None:
        assert desk.start("extension", by=factories.person("lin"), subject=permit.id).answers["application"]["contract_from"] == (permit.valid_to + timedelta(days=1)).isoformat()
        return
    with pytest.raises(Refused) as refusal:
        desk.start("extension", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == code


def test_an_extension_gives_the_same_number_a_new_period_and_the_card_shows_it_by_itself(app):
    before = ending_in(60)
    card, notice, number = with_card(before), paper_of(before.case, Paper.NOTIFICATION), before.person.permit_number
    case = decide(draft("extension", before, extended(before)))
    after = permit_of(case)
    assert kinds(case) >= {"decision", "notification"}
    assert after.person.permit_number == number
    assert after.valid_from == before.valid_to + timedelta(days=1)
    assert card.permit.id == after.id
    assert after.standing() == "valid", "permission is unbroken: the card never says that the permit has not begun"
    assert worth.of_ref(notice.ref).outcome is worth.Outcome.REPLACED


def test_an_extension_takes_a_new_passport_and_a_rise_to_class_a(app):
    permit = ending_in(60)
    person = permit.person
    answers = extended(permit) | {"basic": {"passport_no": "YZ7777777"}, "class_ground": {"change": "yes", "class": "A", "ground": "A_young"}}
    case = decide(draft("extension", permit, answers))
    assert permit_of(case).permit_class == "A"
    assert (permit_of(case).person_id, permit_of(case).person.passport_no) == (person.id, "YZ7777777")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"application": {"occupation": "trade"}}, "application.occupation"),
        ({"application": {"contract_from": "late"}}, "application.contract_from"),
        ({"class_ground": {"change": "yes", "class": "C", "ground": "C_general"}}, "class_ground.class"),
        ({"class_ground": {"change": "no", "class": "A", "ground": "A_young"}}, "class_ground.class"),
        ({"application": {"residence_expires": "past"}}, "application.residence_expires"),
    ],
)
def test_what_an_extension_may_not_change_is_named_at_its_place(app, change, place):
    permit = ending_in(60)
    given = extended(permit)
    for section, held in change.items():
        words = {"late": (permit.valid_to + timedelta(days=2)).isoformat(), "past": on(-1)}
        given[section] = given.get(section, {}) | {k: words.get(v, v) for k, v in held.items()}
    assert place in wrong(draft("extension", permit, given))


def test_a_second_filing_about_the_same_permit_waits_for_the_first(app):
    permit = ending_in(60)
    desk.start("extension", by=factories.person("lin"), subject=permit.id)
    with pytest.raises(Refused) as refusal:
        desk.start("cancellation", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == "under_way"


def test_another_employers_permit_is_no_subject(app):
    permit = ending_in(60)
    with pytest.raises(Refused) as refusal:
        desk.start("extension", by=factories.person("fu"), subject=permit.id)
    assert refusal.value.code == "held_here"


CHANGES = {"name": "no", "passport": "no", "title": "no", "class": "no", "changed_on": None}


def amended(*what: str, days: int = -3, **sections: dict) -> dict:
    return {"amendment": CHANGES | dict.fromkeys(what, "yes") | {"changed_on": on(days)}, "basic": {"reissue": "no"}, **sections}


def test_a_change_of_title_and_passport_brings_permit_and_person_up_to_date(app):
    permit = ending_in(200)
    with_card(permit)
    answers = amended("title", "passport", application={"position": "首席光学设计师"})
    answers["basic"] |= {"passport_no": "YZ8888888"}
    case = decide(draft("amendment", permit, answers))
    assert case.service == "amendment_card", "the Shenzhen profile asks 是否换发电子证照"
    now = db.session.get_one(Permit, permit.id)
    assert (now.position, now.person.passport_no) == ("首席光学设计师", "YZ8888888")
    assert "decision" in kinds(case)
    assert "registration_slip" not in kinds(case)
    assert paper_of(case, Paper.DECISION).facts["position"] == "首席光学设计师"


def test_who_has_no_card_yet_gets_a_slip_in_place_of_the_outdated_notice(app):
    permit = ending_in(200)
    notice = paper_of(permit.case, Paper.NOTIFICATION)
    case = decide(draft("amendment", permit, amended("title", application={"position": "首席光学设计师"})))
    assert worth.of_ref(notice.ref).outcome is worth.Outcome.REPLACED
    assert holding.open_paper(paper_of(case, Paper.REGISTRATION_SLIP)).permit_id == permit.id


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (amended(), "amendment.name"),
        (amended("title"), "application.position"),
        (amended("passport", application={"position": "首席"}), "application.position"),
        (amended("title", application={"position": "销售经理", "occupation": "trade"}), "application.occupation"),
        (amended("title", days=2, application={"position": "首席"}), "amendment.changed_on"),
    ],
)
def test_a_change_is_what_it_says_it_is(app, given, place):
    assert place in wrong(draft("amendment", ending_in(200), given))


@pytest.mark.parametrize(("days", "noted"), [(-3, False), (-40, True)])
def test_a_late_change_is_noted_and_not_stopped(app, days, noted):
    case = draft("amendment", ending_in(200), amended("title", days=days, application={"position": "首席"}))
    case = factories.move(case, "submit", "lin")
    assert [f.code for f in case.findings if f.code == "late_report"] == (["late_report"] if noted else [])
    assert {f.level for f in case.findings if f.code == "late_report"} <= {"warn"}


ENDED = {"ground": "agreed", "ended_on": None}


def cancelled(permit: Permit, **said: str) -> Case:
    return draft("cancellation", permit, {"cancellation": ENDED | {"ended_on": on(-2)} | said})


def test_after_a_cancellation_permit_notice_code_and_card_say_so_at_once(app):
    permit = ending_in(200)
    card, notice = with_card(permit), paper_of(permit.case, Paper.NOTIFICATION)
    case = decide(cancelled(permit))
    assert db.session.get_one(Permit, permit.id).standing() == "cancelled"
    assert worth.of_ref(notice.ref).outcome is worth.Outcome.CANCELLED
    assert worth.of_text(notice.facts["qr_url"]).outcome is worth.Outcome.CANCELLED
    assert card.permit.standing() == "cancelled"
    assert not card.permit_in_force
    proof = paper_of(case, Paper.CANCELLATION_PROOF)
    assert worth.of_ref(proof.ref).outcome is worth.Outcome.ON_RECORD
    assert proof.facts["ground_en"] == "The contract was ended early, and both sides have signed"
    with pytest.raises(Refused) as refusal:
        desk.start("cancellation", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == "cancelled"


def test_a_permit_that_lapsed_needs_no_cancellation(app):
    permit = ending_in(-1)
    with pytest.raises(Refused) as refusal:
        desk.start("cancellation", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == "lapsed"
    assert "no proof is issued" in str(refusal.value)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"ground": "agreed", "ended_on": on(1)}, "cancellation.ended_on"),
        ({"ground": "ends", "ended_on": on(16)}, "cancellation.ended_on"),
        ({"ground": "left", "last_seen_on": on(-30), "published_on": on(-15), "newspaper": "深圳特区报"}, "cancellation.published_on"),
        ({"ground": "left", "last_seen_on": on(-30), "published_on": on(-9), "newspaper": "深圳特区报"}, "cancellation.published_on"),
    ],
)
def test_the_ground_of_a_cancellation_fits_its_dates(app, said, place):
    assert place in wrong(cancelled(ending_in(200), **said))


@pytest.mark.parametrize("said", [{"ground": "ends", "ended_on": on(15)}, {"ground": "left", "last_seen_on": on(-30), "published_on": on(-12), "newspaper": "深圳特区报"}])
def test_dates_that_fit_can_be_filed(app, said):
    assert wrong(cancelled(ending_in(200), **said)) == {}


MIDNIGHT = datetime(2024, 11, 30, 16, 0, tzinfo=UTC)  # 2024-12-01 00:00 in Beijing


@pytest.mark.parametrize(("granted", "online"), [(MIDNIGHT - timedelta(microseconds=1), False), (MIDNIGHT, True)])
def test_a_notification_is_cancelled_online_only_if_granted_since_midnight_of_the_first_of_december(app, granted, online):
    permit = legacy(ending_in(200), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = granted
    if online:
        assert "cancellation_proof" in kinds(decide(cancelled(db.session.get_one(Permit, permit.id))))
        return
    with pytest.raises(Refused) as refusal:
        desk.start("cancellation", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == "paper_only"
    assert "window" in str(refusal.value)


def test_a_card_of_the_old_system_becomes_electronic_and_an_e_card_shows_it(app):
    permit = legacy(ending_in(200), claimed=True, card="SZ2023000017")
    card = with_card(permit)
    assert card.permit is None, "a permit on a physical card is on no electronic one"
    case = decide(draft("reissue_electronic", permit, {"card": {"no_visit": "yes"}}))
    after = permit_of(case)
    assert kinds(case) >= {"decision", "registration_slip"}
    assert (after.valid_from, after.valid_to, after.origin) == (permit.valid_from, permit.valid_to, "portal")
    assert card.permit.id == after.id


def test_the_slip_opens_registration_as_a_notice_does(app):
    permit = legacy(ending_in(200), claimed=True, card="SZ2023000018")
    slip = paper_of(decide(draft("reissue_electronic", permit, {"card": {"no_visit": "no"}})), Paper.REGISTRATION_SLIP)
    found = worth.of_text(slip.facts["qr_url"])
    assert found.outcome is worth.Outcome.IN_FORCE
    assert found.may_register
    assert holding.open_paper(slip) is slip


def test_a_card_that_is_not_on_file_is_named_by_its_number(app):
    answers = SAMPLE(basic={"passport_no": "YD3000001"})
    application = {k: answers["application"][k] for k in ("position", "position_en", "division")} | {"contract_from": on(-100), "contract_to": on(100)}
    given = {"card": {"card_number": "SZ2022000001", "permit_number": "110000202200000017", "no_visit": "yes"}, "class_ground": {"class": "B"}, "basic": answers["basic"], "application": application}
    case = decide(draft("reissue_electronic", None, given))
    assert permit_of(case).person.permit_number == "110000202200000017"
    expired = draft("reissue_electronic", None, given | {"application": application | {"contract_to": on(-1)}})
    assert "application.contract_to" in wrong(expired)


@pytest.mark.parametrize(("days", "claimed", "code"), [(-1, True, "card_lapsed"), (100, False, "physical_card")])
def test_who_has_no_running_physical_card_is_told_where_to_go(app, days, claimed, code):
    permit = legacy(ending_in(days), claimed=claimed)
    with pytest.raises(Refused) as refusal:
        desk.start("reissue_electronic", by=factories.person("lin"), subject=permit.id)
    assert refusal.value.code == code


def test_an_old_notification_never_claimed_is_filed_again_filled_and_replaced(app):
    permit = legacy(ending_in(200), claimed=False)
    notice = paper_of(permit.case, Paper.NOTIFICATION)
    case = draft("reissue_notification", permit, {"contract": EXTENDED["contract"]})
    assert case.answers["education"] == permit.case.answers["education"]
    case = decide(case)
    assert kinds(case) >= {"decision", "notification"}
    assert worth.of_ref(notice.ref).outcome is worth.Outcome.REPLACED
    assert permit_of(case).person_id == permit.person_id


def test_a_claimed_or_electronic_permit_gets_no_new_notification(app):
    for permit in (ending_in(200), legacy(ending_in(200), claimed=True)):
        with pytest.raises(Refused) as refusal:
            desk.start("reissue_notification", by=factories.person("lin"), subject=permit.id)
        assert refusal.value.code == "claimed"


JOINT = {
    "residence": {"residence_kind": "extension", "residence_expires": on(20), "residence_until": None, "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)},
}  # fmt: skip


def test_joint_processing_is_not_offered_by_every_authority(app):
    with pytest.raises(Refused) as refusal:
        desk.start("new_domestic_joint", by=factories.person("fu"))
    assert refusal.value.code == "joint"


def test_an_authority_without_the_question_files_the_plain_change(app):
    permit = ending_in(200)
    fu = factories.person("fu")
    with writing() as session:
        session.get_one(Permit, permit.id).employer_id = fu.employer_id
    assert desk.start("amendment", by=fu, subject=permit.id).service == "amendment"


def test_days_that_pass_in_a_draft_are_counted_when_it_is_filed(app):
    permit = ending_in(30)
    case = draft("extension", permit, extended(permit))
    set_period(permit, permit.valid_from, permit.valid_to - timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        factories.move(case, "submit", "lin")
    assert refusal.value.code == "too_late"
