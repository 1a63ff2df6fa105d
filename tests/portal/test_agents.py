"""Agents: with authority they reach the employer's cases and file for it; without, taken back, over or of another employer, nothing is there (404)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import seeds
from tests.driving import browse
from tests.factories import draft_case, filed_case, granted_case, move, quick
from workflow import agents, clock, desk, ledger, marking, messages
from workflow.employer import EmployerState
from workflow.engine import Refused
from workflow.models import Case, Employer, Event, Message, User, UserRole, db, writing
from workflow.passwords import hash_password
from workflow.roles import Role

AGENT_CODE, OTHER_CODE = "91310115MA5F0000XB", "91310115MA1H8R7C6D"
PASSWORD = "an agent's long password"


def _agency(code: str, name: str, sign_in: str) -> User:
    with writing() as session:
        place = Employer(
            credit_code=code, name=name, kind="agent", authority_id=session.scalar(sa.select(Employer.authority_id).limit(1)), state=EmployerState.CONFIRMED, created_at=clock.now()
        )
        session.add(place)
        session.flush()
        user = User(email=sign_in, name="卓越", password_hash=hash_password(PASSWORD), employer_id=place.id, created_at=clock.now())
        user.grants.append(UserRole(role=Role.HANDLER))
        session.add(user)
    return user


@pytest.fixture
def agent(app):
    return _agency(AGENT_CODE, "上海澄波代理有限公司", "zhuo@agent.example")


@pytest.fixture
def stranger(app):
    return _agency(OTHER_CODE, "上海石桥代理有限公司", "shi@agent.example")


@pytest.fixture
def authorised(app, agent, who):
    return agents.authorise(AGENT_CODE, clock.today(), clock.today() + timedelta(days=30), by=who("lin"))


def enter(app, user):
    return browse(app).sign_in(user.email, PASSWORD, None)


def places(case):
    """Every address of a case that shows something of it."""
    first = next(m for m in case.materials if m.sha256).id
    pages = [f"/applications/{case.id}", f"/applications/{case.id}/answers", f"/applications/{case.id}/attachments", f"/applications/{case.id}/sections/basic"]
    return [*pages, f"/applications/{case.id}/materials/{first}", *(f"/applications/{case.id}/papers/{p.id}.pdf" for p in case.papers)]


def told(place_id):
    return set(db.session.scalars(sa.select(Message.msgid).where(Message.employer_id == place_id)))


def test_an_agent_without_authority_finds_nothing_there(app, agent):
    case = granted_case()
    browser = enter(app, agent)
    for address in places(case):
        assert browser.get(address).status == 404, address
    for address in ("/applications/mine", "/applications/closed", "/applications/papers", "/applications/drafts", "/roster/", "/roster/staff.csv"):
        assert case.applicant not in browser.get(address, expect=200).html, address
    with pytest.raises(Refused) as refused:
        desk.act(case.id, "withdraw", by=agent, seen=None, reason="x")
    assert refused.value.code in ("reach", "state")


def test_an_authorised_agent_finds_the_case_everywhere_its_employer_does(app, agent, authorised):
    case = granted_case()
    browser = enter(app, agent)
    for address in places(case):
        assert browser.get(address).status == 200, address
    for address in ("/applications/closed", "/applications/papers", "/roster/"):
        assert case.applicant in browser.get(address, expect=200).text, address
    assert case.employer.name in browser.get("/roster/").text, "whose it is stands beside it"


@pytest.mark.parametrize("why", ["revoked", "over", "not begun", "agency closed", "no agency"])
def test_an_authority_that_does_not_hold_shows_nothing(app, agent, authorised, who, why):
    case, browser = granted_case(), enter(app, agent)
    addresses = places(case)
    assert browser.get(addresses[0]).status == 200
    with writing() as session:
        row = session.merge(authorised)
        if why == "over":
            row.begins_on, row.ends_on = clock.today() - timedelta(days=9), clock.today() - timedelta(days=1)
        if why == "not begun":
            row.begins_on = clock.today() + timedelta(days=1)
        if why == "agency closed":
            session.execute(sa.update(Employer).where(Employer.id == agent.employer_id).values(state=EmployerState.DECLINED))
        if why == "no agency":
            session.execute(sa.update(Employer).where(Employer.id == agent.employer_id).values(kind="limited"))
    if why == "revoked":
        agents.revoke(authorised.id, by=who("lin"))
    for address in addresses:
        assert browser.get(address).status == 404, (why, address)
    assert case.applicant not in browser.get("/roster/").text
    assert case.number not in browser.get("/applications/closed").text


def test_authority_from_one_employer_opens_nothing_of_another(app, agent, stranger, authorised, who):
    theirs = filed_case(by=who("fu"))
    ours = filed_case()
    browser = enter(app, agent)
    assert browser.get(f"/applications/{ours.id}").status == 200
    assert browser.get(f"/applications/{theirs.id}").status == 404
    assert theirs.number not in browser.get("/applications/mine").text
    assert enter(app, stranger).get(f"/applications/{ours.id}").status == 404
    assert browser.get(f"/applications/new?employer={theirs.employer_id}").status == 404
    with pytest.raises(Refused):
        desk.start("new_overseas", by=agent, employer_id=theirs.employer_id)


def test_the_employer_does_not_reach_what_is_the_agents_own(app, agent, authorised, who):
    own = desk.start("new_overseas", by=agent)
    with pytest.raises(Refused) as refused:
        desk.keep(own.id, "basic", {"surname": "X"}, by=who("lin"))
    assert refused.value.code in ("reach", "locked")
    assert enter(app, agent).get(f"/applications/{own.id}").status == 200


def test_authority_is_not_handed_on(app, agent, stranger, authorised):
    """The agent's own agent reaches the agent's files, not those of the agent's employer."""
    agents.authorise(OTHER_CODE, clock.today(), clock.today(), by=agent)
    case = filed_case()
    browser = enter(app, stranger)
    assert browser.get(f"/applications/{case.id}").status == 404
    assert stranger.reach_employers == {stranger.employer_id, agent.employer_id}


def test_an_agent_chooses_the_employer_at_the_door_and_files_for_it(app, agent, authorised, who):
    browser = enter(app, agent)
    place = who("lin").employer_id
    browser.get(f"/applications/new?employer={place}", expect=200)
    browser.submit(form=browser.page.form("/applications/new", holding=["service"]), expect=200)
    case = db.session.scalar(sa.select(Case).order_by(Case.id.desc()).limit(1))
    assert (case.employer_id, case.handler_id) == (place, agent.id)
    line = db.session.scalar(sa.select(Event).where(Event.case_id == case.id, Event.trigger == "start"))
    assert line.facts["agent"] == agent.employer.name
    assert line.actor_name == agent.name


def test_both_sides_are_told_of_every_step_and_the_case_file_says_who_acted(app, agent, authorised, who):
    with quick():
        case = draft_case()
        case = desk.act(case.id, "submit", by=agent, seen=None)
    ours, theirs = told(case.employer_id), told(agent.employer_id)
    assert messages.BY_HANDLER["submit"] in ours & theirs
    move(case, "pass_preliminary", "zhou")
    move(case, "accept", "zhou")
    assert messages.TO_EMPLOYER["accept"] in told(case.employer_id) & told(agent.employer_id)
    line = db.session.scalar(sa.select(Event).where(Event.case_id == case.id, Event.trigger == "submit"))
    assert (line.actor_name, line.facts["agent"]) == (agent.name, agent.employer.name)
    assert agent.employer.name in browse_as(app, "lin").get(f"/applications/{case.id}").text
    agents.revoke(authorised.id, by=who("lin"))
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.employer_id == agent.employer_id))
    move(case, "recommend", "qin", opinion="x", grounds="y")
    move(case, "refuse", "wei", reason="x")
    after = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.employer_id == agent.employer_id))
    assert before == after, "after the authority was taken back the agent is told nothing"
    assert not list(ledger.verify())


def browse_as(app, short):
    account = next(a for a in seeds.accounts() if a["sign_in"].startswith(f"{short}@"))
    return browse(app).sign_in(account["sign_in"], account["password"], account["totp_secret"])


def test_an_employer_authorises_and_takes_back_by_its_own_page(app, agent, who):
    browser = browse_as(app, "lin")
    browser.get("/employer/agents", expect=200)
    until = (clock.today() + timedelta(days=60)).isoformat()
    browser.submit({"agent_code": "91440300MA5F0000X1", "agent_from": clock.today().isoformat(), "agent_until": until}, form="/employer/agents", expect=422)
    browser.submit({"agent_code": AGENT_CODE, "agent_from": clock.today().isoformat(), "agent_until": "2020-01-01"}, form="/employer/agents", expect=422)
    browser.submit({"agent_code": AGENT_CODE, "agent_from": clock.today().isoformat(), "agent_until": until}, form="/employer/agents", expect=200)
    assert agent.employer.name in browser.page.text
    assert who("lin").employer_id in agent.reach_employers
    browser.submit(form="/revoke", expect=200)
    assert who("lin").employer_id not in agent.reach_employers


def test_nobody_takes_back_the_authority_of_another_employer(app, agent, authorised, who):
    for other in (who("fu"), agent):
        with pytest.raises(Refused) as refused:
            agents.revoke(authorised.id, by=other)
        assert refused.value.code == "gone"
    browser = browse_as(app, "fu")
    browser.get("/employer/agents", expect=200)
    token = browser.page.form("/employer/agents").hidden["csrf_token"]
    assert browser.post(f"/employer/agents/{authorised.id}/revoke", {"csrf_token": token}).status == 404
    with pytest.raises(Refused, match="already"):
        agents.authorise(AGENT_CODE, clock.today(), clock.today(), by=who("lin"))


def test_authority_taken_back_mid_case_leaves_everything_with_the_employer(app, agent, authorised, who):
    """Over the pages: the agent files, the case comes back, the authority is taken back; the employer corrects it and goes on with the agent's draft."""
    with quick():
        begun = desk.start("new_overseas", by=agent, employer_id=who("lin").employer_id)
        case = desk.act(draft_case().id, "submit", by=agent, seen=None)
    marking.mark(case.id, "answers:application.position", "职位与合同不一致。", by=who("zhou"))
    move(case, "return_all_at_once", "zhou")
    browser, lin = enter(app, agent), browse_as(app, "lin")
    page = browser.get(f"/applications/{case.id}", expect=200)
    form = page.form(button="save")
    assert messages.TO_EMPLOYER["return_all_at_once"] in told(case.employer_id) & told(agent.employer_id)
    lin.get("/employer/agents", expect=200)
    lin.submit(form="/revoke", expect=200)
    assert browser.submit({"application-position": "光学设计师"}, form=form).status == 404, "a page opened before is worth nothing now"
    for address in (f"/applications/{case.id}", f"/applications/{begun.id}/sections/basic", f"/applications/new?employer={case.employer_id}"):
        assert browser.get(address).status == 404, address
    with pytest.raises(Refused):
        desk.start("new_overseas", by=agent, employer_id=case.employer_id)
    assert begun.number in lin.get("/applications/drafts", expect=200).text
    lin.get(f"/applications/{case.id}", expect=200)
    lin.submit({"application-position": "光学设计师"}, button="save", expect=200)
    lin.submit(button="resubmit", expect=200)
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).state.value == "preliminary_review"
    assert messages.BY_HANDLER["resubmit"] not in told(agent.employer_id)
    assert not list(ledger.verify())
