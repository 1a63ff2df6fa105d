"""“This is not me”, “this is wrong”: what a holder says about a case, in the case file, before every window officer of the authority, answered once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from workflow import clock, jobs, ledger, messages
from workflow.engine import N_, Refused, within_reach
from workflow.models import Case, HolderReport, db, writing
from workflow.roles import ENTRANT, Actor, Role
from workflow.transaction import load

LEAST, MOST, MOST_ANSWER = 5, 500, 1000
OPEN_AT_ONCE = 5  # of one case: whoever has said five things waits for an answer
TOLD = {"card": messages.TO_WINDOW["report_wrong"], "tracker": messages.TO_WINDOW["report_case"]}


def say(case_id: int, words: str, *, source: str, locale: str = "", by: Actor = ENTRANT) -> HolderReport:
    """`source`: "card" or "tracker". Raises Refused for too few words, and for a sixth thing while five wait."""
    said = " ".join(words.split())[:MOST]
    if len(said) < LEAST:
        raise Refused("asks:words", N_("Write what is wrong and how it should be."))
    with writing() as session:
        case = load(Case, case_id)
        waiting = session.scalar(sa.select(sa.func.count()).select_from(HolderReport).where(HolderReport.case_id == case_id, HolderReport.answered_at.is_(None))) or 0
        if waiting >= OPEN_AT_ONCE:
            raise Refused("waiting", N_("The authority has five messages of yours to answer. Wait for its answer, or come to the window."))
        report = HolderReport(case_id=case.id, authority_id=case.authority_id, source=source, locale=locale, words=said, said_at=clock.now())
        session.add(report)
        ledger.write(case, "report_wrong", by=by, role=Role.ENTRANT, from_version=case.version, facts={"words": said, "source": source})
        messages.tell_window(case.authority_id, case.id, TOLD[source], {"number": case.number, "name": case.applicant, "words": said})
        session.flush()
        return report


def answer(report_id: int, words: str, *, by: Any) -> HolderReport:
    """An officer's answer: into the case file, to the contact on file, and onto the tracker."""
    said = " ".join(words.split())
    if len(said) < LEAST:
        raise Refused("asks:answer", N_("Write the answer: the person reads exactly these words."))
    if len(said) > MOST_ANSWER:
        raise Refused("asks:answer", N_("The answer has %(measured)s characters, the limit is %(limit)s. Please shorten it."), measured=len(said), limit=MOST_ANSWER)
    with writing() as session:
        report = load(HolderReport, report_id)
        case = load(Case, report.case_id)
        if Role.WINDOW not in by.roles:
            raise Refused("role", N_("This step belongs to another office or person."))
        if not within_reach(case, by):
            raise Refused("reach", N_("This file belongs to another employer or another authority."))
        if report.answered_at is not None:
            raise Refused("stale", N_("Meanwhile this was answered by %(who)s."), who=report.answered_by.name if report.answered_by else "—")
        report.answer, report.answered_by_id, report.answered_at = said, by.id, clock.now()
        ledger.write(case, "answer_report", by=by, role=Role.WINDOW, from_version=case.version, facts={"words": report.words, "answer": said})
        basic = case.answers.get("basic") or {}
        if address := basic.get("email") or basic.get("mobile"):
            messages.send(address, messages.TO_ENTRANT["report_answer"], {"number": case.number, "words": said}, locale=report.locale or basic.get("language") or "en", case_id=case.id)
        session.flush()
    jobs.wake()
    return db.session.get_one(HolderReport, report_id)


def of_case(case_id: int) -> list[HolderReport]:
    """What was said about the case, the newest first."""
    return list(db.session.scalars(sa.select(HolderReport).where(HolderReport.case_id == case_id).order_by(HolderReport.id.desc()).limit(20)))


def waiting_at(authority_id: int, most: int = 50) -> list[HolderReport]:
    """What waits for an answer, the oldest first."""
    query = sa.select(HolderReport).where(HolderReport.authority_id == authority_id, HolderReport.answered_at.is_(None)).order_by(HolderReport.id)
    return list(db.session.scalars(query.options(joinedload(HolderReport.case)).limit(most)))
