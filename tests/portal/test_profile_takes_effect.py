"""What an authority arranges differently takes effect: originals seen before acceptance, the Decision released after they were verified."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.journey.browser import words
from tests import factories
from tests.factories import granted_case, in_acceptance_case, move, person, sample_answers
from tests.workflow.walking import decide, draft, ending_in
from workflow import clock, counter, desk, ledger, marking
from workflow.engine import Refused
from workflow.models import AuthorityProfile, Case, Message, db, writing
from workflow.papers import Paper

CLASS_A = {"class": "A", "ground": "A_young"}


@pytest.fixture
def arrange(app):
    """arrange(release="after_verification"): a further version of the Shenzhen profile."""

    def change(**said):
        with writing() as session:
            newest = session.scalars(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == person("admin").authority_id).order_by(AuthorityProfile.version.desc())).first()
            fresh = replace(newest.profile, **said).to_json()
            session.add(AuthorityProfile(authority_id=newest.authority_id, version=newest.version + 1, data=fresh, created_at=clock.now(), reason="试点"))

    return change


def told(case, to_entrant=False):
    to = Message.address != "" if to_entrant else Message.address == ""
    return " ".join(m.msgid % m.values for m in db.session.scalars(sa.select(Message).where(Message.case_id == case.id, to)))


def of_class_a():
    answers = sample_answers(class_ground=CLASS_A)
    answers["basic"]["passport_no"] = "YB7700001"
    return {"answers": answers}


def accept_with(zhou, case):
    zhou.get(f"/review/{case.id}", expect=200)
    return zhou.submit(form="/moves/accept")


def test_originals_seen_before_acceptance_are_asked_for_and_then_it_is_accepted(arrange, sign_in):
    arrange(originals="before_acceptance")
    case = in_acceptance_case()
    assert "Bring all originals to the window before the filing is accepted" in told(case)
    page = sign_in("lin").get(f"/applications/{case.id}", expect=200)
    assert "请将全部原件交窗口核验" in page.main
    assert "50 号窗口" in page.main
    zhou = sign_in("zhou")
    with pytest.raises(Refused) as refusal:
        move(case, "accept", "zhou")
    assert refusal.value.code == "originals"
    zhou.get(f"/review/{case.id}", expect=200)
    page = zhou.submit(form="/moves/see_originals", expect=200)
    assert not [f for f in zhou.get(f"/review/{case.id}").forms if f.action.endswith("/moves/see_originals")], "seen once"
    assert "your originals were seen" in told(case, to_entrant=True)
    accept_with(zhou, case)
    assert db.session.get_one(Case, case.id, populate_existing=True).state.value == "examination"
    assert "受理前核验原件" in sign_in("lin").get(f"/applications/{case.id}", expect=200).main
    assert list(ledger.verify()) == []


def test_what_is_corrected_after_the_originals_were_seen_is_seen_anew(arrange):
    arrange(originals="before_acceptance")
    case = move(in_acceptance_case(), "see_originals", "zhou")
    marking.mark(case.id, "answers:application.position", "职位与合同不一致。", by=person("zhou"))
    case = move(case, "return_for_correction", "zhou")
    with factories.quick():
        desk.keep(case.id, "application", {"position": "光学工程师"}, by=person("lin"))
    case = move(case, "resubmit", "lin")
    with pytest.raises(Refused) as refusal:
        move(case, "accept", "zhou")
    assert refusal.value.code == "originals"
    assert move(move(case, "see_originals", "zhou"), "accept", "zhou").state.value == "examination"


def test_class_a_hands_in_no_originals_unless_it_rests_on_pay(arrange):
    arrange(originals="before_acceptance")
    assert move(in_acceptance_case(**of_class_a()), "accept", "zhou").state.value == "examination"
    paid = sample_answers(class_ground={"class": "A", "ground": "A_salary"})
    paid["basic"]["passport_no"] = "YB7700002"
    with pytest.raises(Refused):
        move(in_acceptance_case(answers=paid), "accept", "zhou")


def test_a_cancellation_is_accepted_without_originals(arrange):
    permit = ending_in(200)
    arrange(originals="before_acceptance", release="after_verification")
    case = decide(draft("cancellation", permit, {"cancellation": {"ground": "agreed", "ended_on": clock.today().isoformat()}}))
    assert case.state.value == "granted"


def test_where_originals_are_seen_at_the_residence_step_there_is_no_such_lever(sign_in):
    case = in_acceptance_case()
    page = sign_in("zhou").get(f"/review/{case.id}", expect=200)
    assert not [f for f in page.forms if f.action.endswith("/moves/see_originals")]
    with pytest.raises(Refused):
        move(case, "see_originals", "zhou")


def decision_of(case):
    return next(p for p in db.session.get_one(Case, case.id, populate_existing=True).papers if p.kind is Paper.DECISION)


def test_the_decision_is_released_after_the_originals_were_verified(arrange, sign_in):
    arrange(release="after_verification")
    case = granted_case()
    address, lin = f"/applications/{case.id}/papers/{decision_of(case).id}.pdf", sign_in("lin")
    assert "the Decision when the originals have been verified" in told(case)
    page = lin.get(f"/applications/{case.id}", expect=200)
    assert address not in page.html
    assert "决定书在窗口核验原件后发放" in page.main
    for listed in ("/applications/papers", "/applications/closed"):
        page = lin.get(listed, expect=200)
        assert address not in page.html
        assert "尚未发放" in page.main
        assert f"/applications/{case.id}/papers/" in page.html, "the Notification can be downloaded"
    page = lin.get(address)
    assert (page.status, page.h1) == (409, "决定书尚未发放")
    step, huang = counter.residence_of(case), person("huang")
    counter.open_counter(step.id, by=huang)
    for line in list(counter.residence_of(case).originals):
        counter.look_at(step.id, line.id, "seen", by=huang)
    with factories.quick():
        counter.act(step.id, "verify_originals", by=huang, seen=None)
    assert "The Decision can be downloaded now" in told(case)
    assert address in lin.get(f"/applications/{case.id}", expect=200).html
    assert lin.get(address, expect=200).body.startswith(b"%PDF")


def test_class_a_and_every_other_authority_have_the_decision_at_once(arrange, sign_in):
    case = granted_case()
    arrange(release="after_verification")
    high = granted_case(**of_class_a())
    page = sign_in("lin").get("/applications/closed", expect=200)
    lines = [words(a) for a in page.all("a") if "/papers/" in a.get("href", "")]
    assert lines.count("准予行政许可决定书") == 2
    assert not decision_of(case).held_back, "a running case keeps its own profile"
    assert not decision_of(high).held_back
