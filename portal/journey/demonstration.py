"""A case at every stage of the road, through the desk as people would, so that every demonstration account finds something to do."""

from datetime import timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from portal.journey import samples
from workflow import attaching, clock, desk, marking
from workflow.intake.uploads import Inspected
from workflow.materials import MATERIALS
from workflow.models import User, db
from workflow.services import service


class Entrant(NamedTuple):
    surname: str
    given_names: str
    nationality: str
    passport_no: str
    sex: str
    birth_date: str
    birth_place: str
    native_language: str
    school: str
    steps: int
    shirt: str


STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("pass_preliminary", "zhou", {}),
    ("accept", "zhou", {}),
    ("recommend", "qin", {"opinion": "材料齐全，符合条件。", "grounds": "《外国人来华工作许可服务指南》"}),
    ("grant", "wei", {}),
)
# invented people, each with a life of their own; how many of STEPS each has behind it (-1: a draft), and the shirt of the drawn portrait
PEOPLE = (
    Entrant("MORETTI", "GIULIA ANNA", "ITA", "YB0041728", "F", "1990-03-14", "TORINO", "Italian", "Politecnico di Torino", 4, "#35506b"),
    Entrant("TANAKA", "HARUTO", "JPN", "TZ1184207", "M", "1988-07-02", "SENDAI", "Japanese", "Tohoku University", 3, "#5b3a4a"),
    Entrant("AHMED", "TARIQ", "PAK", "BX4417702", "M", "1985-11-23", "LAHORE", "Urdu", "University of the Punjab", 2, "#2f5a48"),
    Entrant("PETROVA", "ELENA", "BGR", "386104417", "F", "1989-01-30", "PLOVDIV", "Bulgarian", "Technical University of Sofia", 1, "#6a5a2f"),
    Entrant("OKONKWO", "CHIDI SAMUEL", "NGA", "A09937715", "M", "1986-09-17", "ENUGU", "Igbo", "University of Nigeria", 0, "#444a5f"),
    Entrant("OBRIEN", "SEAN PATRICK", "IRL", "PA8811204", "M", "1987-04-05", "GALWAY", "English", "University of Galway", -1, "#3f5f3a"),
)
SLIPPED = "PA8811264"  # what the passport of the draft says: its handler typed one digit otherwise
RETURNED = Entrant("NGUYEN", "THI MAI ANH", "VNM", "C4471902", "F", "1991-12-19", "HUE", "Vietnamese", "Hue University of Sciences", 0, "#7a3f3f")
DEFECTS = (
    ("material:degree", "只上传了证书本身，缺少认证页。请附领事认证或附加证明书（海牙认证），与证书合成一个文件。"),
    ("answers:application.position", "职位与合同第 1 页的写法不一致，请按合同填写。"),
)


def load_cases() -> None:
    for person in PEOPLE:
        case_id = _draft(person)
        if person.steps >= 0:
            _act(case_id, "submit", "lin")
        for trigger, who, answers in STEPS[: max(person.steps, 0)]:
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


def _draft(person: Entrant) -> int:
    lin, row = _user("lin"), service("new_overseas")
    answers = samples.sample_answers()
    said = ("surname", "given_names", "nationality", "passport_no", "sex", "birth_date", "birth_place", "native_language")
    answers["basic"] |= {name: getattr(person, name) for name in said} | {"email": f"{person.surname.lower()}@mail.example", "issuing_countries": person.nationality}
    answers["education"] = [line | {"school": person.school, "country": person.nationality} for line in answers["education"]]
    if person is not PEOPLE[0]:
        answers["family"] = []
    case_id = int(desk.start(row.code, by=lin).id)
    for section in row.all_sections:
        desk.keep(case_id, section.code, answers.get(section.code) or ([] if section.repeating else {}), by=lin)
    for needed in row.materials:
        if not needed.due(answers):
            continue
        if needed.material.pledge:
            attaching.commit_in_writing(case_id, needed.code, by=lin)
            continue
        name, data = f"{needed.code}.pdf", samples.sample_pdf("document", 3)
        if needed.code in ("photo", "passport_page"):
            name, data = f"{needed.code}.jpg", _pictured(needed.code, person, answers["basic"])
        issued = clock.today() - timedelta(days=30) if needed.material.months else None
        attaching.attach(case_id, needed.code, name, data, by=lin, issued_on=issued, looked_at=looked_at(needed.code, name, data))
    return case_id


def _pictured(kind: str, person: Entrant, basic: dict[str, str]) -> bytes:
    """The photo, or the passport. The draft has something to put right in both, so that its findings can be seen."""
    draft = person is PEOPLE[-1]
    if kind == "photo":
        return samples.sample_photo_at_fault(person.shirt) if draft else samples.sample_photo(person.shirt)
    return samples.sample_passport(basic | ({"passport_no": SLIPPED} if draft else {}))


@cache
def _seen(check: str, code: str, name: str, data: bytes) -> Inspected:
    return attaching.inspect(MATERIALS[code], name, data)


def looked_at(code: str, name: str, data: bytes) -> Inspected:
    """The same bytes are looked at once for every kind that is looked at alike: each look starts a child process."""
    check = MATERIALS[code].check
    return _seen(check, "degree" if check == "upload" else code, "scan.pdf" if check == "upload" else name, data)
