"""Cases at every stage of the road, built through the desk as people would, with invented answers and small generated files.

    case = filed_case()                       in preliminary review
    case = granted_case(passport_no="YB0041729")
    case = draft_case(answers=sample_answers(class_ground={"class": "A", "ground": "A_young"}))

Needs an application context and the demonstration people (the `app` fixture). Nothing here goes through HTTP.
"""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw

from workflow import attaching, clock, desk, jobs
from workflow.models import Case, User, db
from workflow.services import service

PLEDGED = ("health",)
_turn = itertools.count(1)


def person(short: str) -> User:
    """A demonstration person by the part of the sign-in before the @."""
    return db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()


def sample_answers(**changes: dict[str, Any] | list) -> dict[str, Any]:
    """Answers that nothing can be said against today; `changes` are merged section by section (a list replaces the section)."""
    today = clock.today()
    answers: dict[str, Any] = {
        "class_ground": {"class": "B", "ground": "B_degree_experience", "ground_note": "光学工程硕士，十年以上镜头设计经历。"},
        "basic": {
            "surname": "MORETTI", "given_names": "GIULIA ANNA", "former_chinese": "no", "sex": "F", "birth_date": "1990-03-14", "birth_place": "TORINO",
            "nationality": "ITA", "issuing_countries": "Italy", "passport_no": "YB0041728", "passport_issued": _on(today, -900), "passport_expires": _on(today, 2400),
            "marital_status": "married", "native_language": "Italian", "hsk": "3", "email": "giulia.moretti@mail.example", "mobile": "+39 320 555 0417",
            "language": "en", "emergency_contact": "Marco Moretti, +39 320 555 0418",
        },
        "application": {
            "position": "光学设计工程师", "position_en": "Optical design engineer", "occupation": "engineering", "duties": "镜头组的设计、公差分析与试制。", "division": "440305",
            "place_detail": "科苑路 18 号", "contract_from": _on(today, 40), "contract_to": _on(today, 40 + 720), "pay_monthly": 32000, "pay_yearly": 384000,
            "payer": "employer", "months_per_year": 12, "seconded": "no", "mission": "中国驻米兰总领事馆", "entry_planned": _on(today, 30),
        },
        "education": [{"level": "master", "school": "Politecnico di Torino", "major": "Optical engineering", "country": "ITA", "start": "2012-09", "end": "2014-07"}],
        "work": [
            {"start": "2014-09", "end": "2019-12", "organisation": "Ottica Valle S.p.A.", "position": "Optical designer", "country": "ITA", "referee": "ref@ottica.example"},
            {"start": "2020-01", "end": today.isoformat()[:7], "organisation": "Lenti Alte S.r.l.", "position": "Senior designer", "country": "ITA", "referee": "+39 011 555 0100"},
        ],
        "family": [
            {"relation": "spouse", "name": "MORETTI MARCO", "sex": "M", "birth_date": "1988-06-02", "nationality": "ITA", "passport_no": "YB0041729", "accompanying": "yes"},
            {"relation": "child", "name": "MORETTI LUCA", "sex": "M", "birth_date": _on(today, -1500), "nationality": "ITA", "passport_no": "YB0041730", "accompanying": "yes"},
        ],
        "contract": {"parties": 1, "place": 1, "duties": 1, "pay": 2, "period": 2, "position": 1, "signature_page": 3, "chinese": "yes"},
    }  # fmt: skip
    for section, change in changes.items():
        answers[section] = change if isinstance(change, list) else answers.get(section, {}) | change
    return answers


def _on(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


@lru_cache(maxsize=64)
def sample_photo(shirt: str = "#35506b") -> bytes:
    """A drawn face on white, 413 × 531: right in format and size."""
    picture = Image.new("RGB", (826, 1062), "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 820, 766, 1500), fill=shirt)
    pen.rectangle((340, 640, 486, 880), fill="#d9a684")
    pen.ellipse((218, 190, 608, 760), fill="#e2b391")
    pen.pieslice((200, 140, 626, 620), 180, 360, fill="#3a2a20")
    for x in (325, 500):
        pen.ellipse((x - 28, 440, x + 28, 468), fill="#ffffff")
        pen.ellipse((x - 13, 441, x + 13, 467), fill="#2c1c12")
        pen.line((x - 40, 405, x + 40, 400), fill="#3a2a20", width=10)
    pen.line((413, 470, 400, 560, 425, 566), fill="#b67f5e", width=7)
    pen.arc((345, 580, 480, 660), 20, 160, fill="#a4473f", width=9)
    out = io.BytesIO()
    picture.resize((413, 531)).save(out, "JPEG", quality=92)
    return out.getvalue()


@lru_cache(maxsize=64)
def sample_pdf(title: str, pages: int = 1) -> bytes:
    """A PDF of white pages with its title drawn on, as a scanner makes them."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("RGB", (620, 877), "#ffffff")
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((60, 70, 560, 110), fill="#dfe6ea")
        pen.text((70, 84), f"SPECIMEN  {title}  {number}/{pages}", fill="#15212b")
        for line in range(14):
            pen.line((60, 170 + line * 38, 520 - line % 3 * 60, 170 + line * 38), fill="#b9c4cb", width=6)
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def sample_file(kind: str) -> tuple[str, bytes]:
    """A file name and bytes that the checks of this kind of material let in."""
    if kind == "photo":
        return "photo.jpg", sample_photo()
    return f"{kind}.pdf", sample_pdf(kind, 3 if kind == "contract" else 1)


@lru_cache(maxsize=256)
def _inspected(code: str, name: str, data: bytes) -> Any:
    """The same bytes are looked at once a run: the sandboxed child costs half a second a file. A drawn face is no portrait, so its portrait is not judged."""
    return _inspect(replace(attaching.MATERIALS[code], check="upload"), name, data)


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
        desk.mark(case.id, target, text, by=person("zhou"))
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
