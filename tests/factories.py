"""Cases at every stage of the road, built through the desk as people would, with invented answers and small generated files.

    case = filed_case()                       in preliminary review
    case = granted_case(passport_no="YB0041729")
    case = draft_case(answers=sample_answers(class_ground={"class": "A", "ground": "A_young"}))

Needs an application context and the demonstration people (the `app` fixture). Nothing here goes through HTTP.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from portal.journey.samples import sample_answers, sample_file
from workflow import attaching, clock, desk, jobs, marking
from workflow.models import Case, User, db
from workflow.services import service

PLEDGED = ("health",)
_turn = itertools.count(1)


def person(short: str) -> User:
    """A demonstration person by the part of the sign-in before the @."""
    return db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()


@lru_cache(maxsize=256)
def _inspected(code: str, name: str, data: bytes) -> Any:
    """The same bytes are opened once a run: the sandboxed child costs a tenth of a second a file."""
    return _inspect(attaching.MATERIALS[code], name, data)


_inspect = attaching.inspect


@contextmanager
def quick() -> Iterator[None]:
    """While building: files of known bytes are looked at once, and printing waits (a download prints, and so does the next act's wake)."""
    attaching.inspect = lambda material, name, data: _inspected(material.code, name, data)  # type: ignore[assignment]
    held, jobs._running.inline = getattr(jobs._running, "inline", False), True
    try:
        yield
    finally:
        attaching.inspect, jobs._running.inline = _inspect, held


def _fresh_passport(answers: dict[str, Any]) -> None:
    """Every case is about another person unless the test names one: a second permit would replace the first."""
    n = next(_turn)
    if n > 1:
        answers["basic"]["passport_no"] = f"YB{4172800 + n:07d}"


def draft_case(by: User | None = None, *, answers: dict[str, Any] | None = None, without: tuple[str, ...] = (), **basic: Any) -> Case:
    """A complete draft with all files due; `without` leaves kinds of material out, `basic` changes single answers of that section."""
    by = by or person("lin")
    given = answers is not None
    answers = answers if answers is not None else sample_answers()
    if not given and "passport_no" not in basic:
        _fresh_passport(answers)
    answers["basic"] = answers["basic"] | basic
    with quick():
        case_id = desk.start("new_overseas", by=by).id
        for section in service("new_overseas").all_sections:
            desk.keep(case_id, section.code, answers.get(section.code) or ([] if section.repeating else {}), by=by)
        for needed in service("new_overseas").materials:
            if needed.code in without or not needed.due(answers):
                continue
            if needed.code in PLEDGED:
                attaching.commit_in_writing(case_id, needed.code, by=by)
                continue
            name, data = sample_file(needed.code)
            issued_on = clock.today() - timedelta(days=30) if needed.material.months else None
            attached = attaching.attach(case_id, needed.code, name, data, by=by, issued_on=issued_on)
            assert attached.material is not None, (needed.code, [f.sentence() for f in attached.findings])
    return db.session.get_one(Case, case_id)


def move(case: Case, trigger: str, short: str, **answers: str) -> Case:
    """Pull one lever as this demonstration person."""
    with quick():
        return desk.act(case.id, trigger, by=person(short), seen=None, **answers)


def filed_case(**given: Any) -> Case:
    """In preliminary review."""
    by = given.pop("by", None)
    case = draft_case(by, **given)
    with quick():
        return desk.act(case.id, "submit", by=by or person("lin"), seen=None)


def returned_case(*defects: tuple[str, str], **given: Any) -> Case:
    """Back with the employer; defects are pairs (target, text)."""
    case = filed_case(**given)
    for target, text in defects or (("answers:application.position", "职位与合同不一致。"), ("material:degree", "缺少认证页。")):
        marking.mark(case.id, target, text, by=person("zhou"))
    return move(case, "return_all_at_once", "zhou")


def in_acceptance_case(**given: Any) -> Case:
    return move(filed_case(**given), "pass_preliminary", "zhou")


def accepted_case(**given: Any) -> Case:
    """Accepted, in examination."""
    return move(in_acceptance_case(**given), "accept", "zhou")


def examined_case(**given: Any) -> Case:
    """Handed on, in decision."""
    return move(accepted_case(**given), "recommend", "qin", opinion="材料齐全，符合条件。", grounds="《外国人来华工作许可服务指南》")


def granted_case(**given: Any) -> Case:
    """Granted: permit, Decision, Notification and residence step are there."""
    return move(examined_case(**given), "grant", "wei")


def refused_case(**given: Any) -> Case:
    return move(examined_case(**given), "refuse", "wei", reason="岗位与学历、经历不相符。")
