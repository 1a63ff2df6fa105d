"""Agents (专门服务机构): an employer lets one file for it, from a first to a last day, and may take that back at any moment.

What an agent's handlers may then reach is asked anew at every page and every act (User.reach_employers). An authority is not handed on:
only the employer itself gives it, and an agent's own agents reach nothing of it.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from workflow import clock, ledger
from workflow.employer import EmployerState
from workflow.engine import N_, Refused
from workflow.models import AgentAuthority, Employer, Message, User, db, writing
from workflow.models.offices import AGENT
from workflow.roles import Role
from workflow.transaction import done_before, fingerprint, load, remember

LONGEST = timedelta(days=3 * 366)
GIVEN = N_("%(employer)s lets %(agent)s file for it from %(from)s to %(until)s.")
TAKEN = N_("%(employer)s has taken back the authority of %(agent)s. The agent no longer reaches its filings.")


def authorise(credit_code: str, begins_on: date, ends_on: date, *, by: User, key: str | None = None) -> AgentAuthority:
    """Refused with "field:<name>" where a field is at fault. Both sides are told."""
    code = "".join(credit_code.split()).upper()
    body = fingerprint("authorise", code, begins_on, ends_on)
    with writing() as session:
        employer = _own(by)
        if before := done_before(key, by, body):
            return session.get_one(AgentAuthority, before["authority"])
        if employer.state is not EmployerState.CONFIRMED:
            raise Refused("employer", N_("An agent can be authorised when the authority has confirmed the employer's account."))
        agent = session.scalar(sa.select(Employer).where(Employer.credit_code == code, Employer.kind == AGENT, Employer.state == EmployerState.CONFIRMED))
        if agent is None or agent.id == employer.id:
            raise Refused("field:agent_code", N_("No confirmed agent is registered under this code. The agent registers first, as a specialised service agency."))
        _period(begins_on, ends_on)
        overlapping = (AgentAuthority.employer_id == employer.id, AgentAuthority.agent_id == agent.id, AgentAuthority.revoked_at.is_(None), AgentAuthority.ends_on >= begins_on, AgentAuthority.begins_on <= ends_on)
        if session.scalar(sa.select(AgentAuthority.id).where(*overlapping).limit(1)):
            raise Refused("field:agent_code", N_("This agent is authorised for some of these days already. Take that back first, or choose days after it."))
        row = AgentAuthority(employer_id=employer.id, agent_id=agent.id, begins_on=begins_on, ends_on=ends_on, granted_by_id=by.id, granted_at=clock.now())
        session.add(row)
        session.flush()
        _write(employer, agent, "authorise_agent", by, {"from": begins_on.isoformat(), "until": ends_on.isoformat()}, GIVEN)
        remember(key, by, body, authority=row.id)
        return row


def revoke(authority_id: int, *, by: User) -> AgentAuthority:
    """From this moment the agent reaches nothing of the employer. Refused with "gone" for an authority of another employer."""
    with writing() as session:
        employer, row = _own(by), session.get(AgentAuthority, authority_id, populate_existing=True)
        if row is None or row.employer_id != employer.id:
            raise Refused("gone", N_("There is no such authority."))
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by_id = clock.now(), by.id
            _write(employer, row.agent, "revoke_agent", by, {}, TAKEN)
        return row


def given_by(employer_id: int) -> list[AgentAuthority]:
    return list(db.session.scalars(sa.select(AgentAuthority).where(AgentAuthority.employer_id == employer_id).order_by(AgentAuthority.id.desc()).limit(100)))


def given_to(agent_id: int) -> list[AgentAuthority]:
    """The authorities that hold today: whom this agent files for."""
    return list(db.session.scalars(sa.select(AgentAuthority).where(AgentAuthority.agent_id == agent_id, *AgentAuthority.in_force(clock.today())).order_by(AgentAuthority.ends_on, AgentAuthority.id)))


def _own(by: User) -> Employer:
    if by.employer_id is None or Role.HANDLER not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    return load(Employer, by.employer_id)


def _period(begins_on: date, ends_on: date) -> None:
    if ends_on < begins_on:
        raise Refused("field:agent_until", N_("The last day lies before the first."))
    if ends_on < clock.today():
        raise Refused("field:agent_until", N_("The last day is past already."))
    if ends_on - begins_on > LONGEST:
        raise Refused("field:agent_until", N_("An authority is given for three years at most; then it is given anew."))


def _write(employer: Employer, agent: Employer, trigger: str, by: User, period: dict[str, str], msgid: str) -> None:
    ledger.write(employer, trigger, by=by, role=Role.HANDLER, from_version=employer.version, facts={"agent_id": agent.id, "name": agent.name, **period})
    values = {"employer": employer.name, "agent": agent.name, **period}
    db.session.add_all([Message(employer_id=place, msgid=msgid, values=values, created_at=clock.now()) for place in (employer.id, agent.id)])
    db.session.flush()
