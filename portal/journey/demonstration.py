"""A case at every stage of the road, through the desk as people would, so that every demonstration account finds something to do."""

from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.journey import samples
from workflow import attaching, clock, desk, marking
from workflow.intake.uploads import Inspected
from workflow.materials import MATERIALS
from workflow.models import User, db
from workflow.services import service

STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("pass_preliminary", "zhou", {}),
    ("accept", "zhou", {}),
    ("recommend", "qin", {"opinion": "材料齐全，符合条件。", "grounds": "《外国人来华工作许可服务指南》"}),
    ("grant", "wei", {}),
)
# invented people; how many of STEPS each has behind it (-1: a draft), and the shirt of the drawn portrait
PEOPLE = (
    ("MORETTI", "GIULIA ANNA", "ITA", "YB0041728", "F", 4, "#35506b"),
    ("TANAKA", "HARUTO", "JPN", "TZ1184207", "M", 3, "#5b3a4a"),
    ("AHMED", "TARIQ", "PAK", "BX4417702", "M", 2, "#2f5a48"),
    ("PETROVA", "ELENA", "BGR", "386104417", "F", 1, "#6a5a2f"),
    ("OKONKWO", "CHIDI SAMUEL", "NGA", "A09937715", "M", 0, "#444a5f"),
    ("OBRIEN", "SEAN PATRICK", "IRL", "PA8811204", "M", -1, "#3f5f3a"),
)
SLIPPED = "PA8811264"  # what the passport of the draft says: its handler typed one digit otherwise
RETURNED = ("NGUYEN", "THI MAI ANH", "VNM", "C4471902", "F", 0, "#7a3f3f")
DEFECTS = (
    ("material:degree", "只上传了证书本身，缺少认证页。请附领事认证或附加证明书（海牙认证），与证书合成一个文件。"),
    ("answers:application.position", "职位与合同第 1 页的写法不一致，请按合同填写。"),
)


def load_cases() -> None:
    for person in PEOPLE:
        case_id = _draft(person)
        if person[5] >= 0:
            _act(case_id, "submit", "lin")
        for trigger, who, answers in STEPS[: max(person[5], 0)]:
            _act(case_id, trigger, who, **answers)
    case_id = _draft(RETURNED)
    _act(case_id, "submit", "lin")
    for target, text in DEFECTS:
        marking.mark(case_id, target, text, by=_user("zhou"))
    _act(case_id, "return_all_at_once", "zhou")


def _user(short: str) -> User:
    return db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()


def _act(case_id: int, trigger: str, who: str, **answers: str) -> None:
    desk.act(case_id, trigger, by=_user(who), seen=None, **answers)


def _draft(person: tuple[Any, ...]) -> int:
    surname, given, nationality, passport, sex, steps, shirt = person
    draft = steps < 0
    lin, row = _user("lin"), service("new_overseas")
    answers = samples.sample_answers()
    answers["basic"] |= {"surname": surname, "given_names": given, "nationality": nationality, "passport_no": passport, "sex": sex, "email": f"{surname.lower()}@mail.example"}
    case_id = int(desk.start(row.code, by=lin).id)
    for section in row.all_sections:
        desk.keep(case_id, section.code, answers.get(section.code) or ([] if section.repeating else {}), by=lin)
    for needed in row.materials:
        if not needed.due(answers):
            continue
        if needed.material.pledge:
            attaching.commit_in_writing(case_id, needed.code, by=lin)
            continue
        name, data = samples.sample_file(needed.code)
        if needed.code in ("photo", "passport_page"):
            data = _photo(shirt, draft) if needed.code == "photo" else samples.sample_passport(answers["basic"] | ({"passport_no": SLIPPED} if draft else {}))
        issued = clock.today() - timedelta(days=30) if needed.material.months else None
        attaching.attach(case_id, needed.code, name, data, by=lin, issued_on=issued, looked_at=_looked_at(needed.code, name, data))
    return case_id


def _photo(shirt: str, at_fault: bool) -> bytes:
    """The draft has something to put right, so that its findings can be seen."""
    return samples.sample_photo_at_fault(shirt) if at_fault else samples.sample_photo(shirt)


@cache
def _looked_at(code: str, name: str, data: bytes) -> Inspected:
    return attaching.inspect(MATERIALS[code], name, data)
