"""A case in each service of the menu, in a state worth looking at, and permits at every distance from their end: the demonstration beyond the main road."""

import tempfile
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.journey import samples
from portal.journey.filer import APPROVED, on
from portal.journey.old_system import Old, take_over
from workflow import appointments, attaching, clock, counter, desk, marking, reminders
from workflow.models import Case, Permit, Person, Residence, User, db
from workflow.services import Service, service

OFFICERS = {"acceptance": "zhou", "examiner": "qin", "decider": "wei"}
# fmt: off
ERIK     = Old("LINDQVIST", "ERIK JOHAN", "M", "SWE", "1984-06-21", "UPPSALA", "Swedish", "SE1180417", "声学工程师", "Acoustic engineer", 58)
SOYEON   = Old("HAN", "SOYEON", "F", "KOR", "1991-11-02", "BUSAN", "Korean", "KR7720418", "工业设计师", "Industrial designer", 74)
JONAS    = Old("BRANDT", "JONAS", "M", "DEU", "1979-02-11", "LEIPZIG", "German", "DE5540419", "研发经理", "R&D manager", 410, permit_class="A")
CAMILLE  = Old("MOREAU", "CAMILLE", "F", "FRA", "1988-09-30", "LYON", "French", "FR3310420", "质量工程师", "Quality engineer", 250)
ANA      = Old("RIBEIRO", "ANA LUISA", "F", "PRT", "1992-05-19", "BRAGA", "Portuguese", "PT8810424", "光学装调工程师", "Optical assembly engineer", 190)
TIAGO    = Old("SOUZA", "TIAGO", "M", "BRA", "1990-07-08", "CURITIBA", "Portuguese", "BR6610423", "机械工程师", "Mechanical engineer", 180, notice="2024-11-20")
OLIVER   = Old("CLARKE", "OLIVER", "M", "GBR", "1986-04-05", "LEEDS", "English", "GB9910421", "财务经理", "Finance manager", 200, notice="2024-11-05")
ANANYA   = Old("SHARMA", "ANANYA", "F", "IND", "1993-01-17", "PUNE", "Marathi", "IN2210422", "软件架构师", "Software architect", 112)
MATEUSZ  = Old("KOWALCZYK", "MATEUSZ", "M", "POL", "1987-12-03", "GDANSK", "Polish", "PL4410425", "嵌入式工程师", "Embedded engineer", 41)
AYSE     = Old("YILMAZ", "AYSE", "F", "TUR", "1985-08-26", "IZMIR", "Turkish", "TR7710426", "采购经理", "Purchasing manager", 33)
DMITRI   = Old("VOLKOV", "DMITRI", "M", "KAZ", "1982-10-14", "ALMATY", "Russian", "KZ3310427", "材料工程师", "Materials engineer", 22)
NOOR     = Old("DE VRIES", "NOOR", "F", "NLD", "1994-03-09", "UTRECHT", "Dutch", "NL5510428", "算法工程师", "Algorithm engineer", 640, permit_class="A")
# fmt: on
PEOPLE = (ERIK, SOYEON, JONAS, CAMILLE, ANA, TIAGO, OLIVER, ANANYA, MATEUSZ, AYSE, DMITRI, NOOR)
LATE = "职务变更函的日期与申报的变更日期不一致，请核对后重新上传。"


def load() -> None:
    """Ananya, Mateusz, Ayse, Dmitri and Noor file nothing: they are what roster and reminders show. Oliver's notification waits for a letter at the window."""
    with tempfile.TemporaryDirectory() as folder:
        take_over(PEOPLE, Path(folder))
    _reach(_filed("extension", ERIK, _longer(ERIK)), 0)
    _appointment(_filed("extension_joint", SOYEON, _longer(SOYEON)))
    returned = _filed("amendment", JONAS, {
        "amendment": {"name": "no", "passport": "no", "title": "yes", "class": "no", "changed_on": on(-30)}, "class_ground": {"ground": "A_market_post"},
        "basic": {"reissue": "yes"}, "application": {"position": "研发总监", "position_en": "Head of research", "occupation": "research", "duties": "研发管理。"},
    })  # fmt: skip
    marking.mark(returned, "material:title_proof", LATE, by=_user("zhou"))
    _act(returned, "return_all_at_once", "zhou")
    _reach(_filed("cancellation", CAMILLE, {"cancellation": {"ground": "agreed", "ended_on": on(-4)}}), 2)
    _reach(_filed("reissue_electronic", ANA, {"card": {"no_visit": "yes"}}), 4)
    _reach(_filed("reissue_notification", TIAGO, {"application": {"position": TIAGO.position, "contract_from": on(5)}}), 3)
    _reach(_filed("new_domestic", None, _inside("FERRARA", "MARCO", "ITA", "YD1000001", "1981-05-12", "MODENA", "group_transfer")), 1)
    moved = _inside("SATO", "YUKI", "JPN", "TR1000002", "1989-02-27", "NAGOYA", "change_employer")
    moved["class_ground"] |= {"previous_permit": "899202600000000019", "previous_cancelled_on": on(-5), "filed_before": "yes"}
    _reach(_filed("new_domestic", None, moved), 0)
    film = samples.sample_answers(
        task={"task": "filming", "partner": "深圳湾影业", "entries": 1, "no_crime_promise": "yes"}, application={"position": "摄影师", "position_en": "Cinematographer", "contract_from": on(30), "contract_to": on(100)},
        basic=_person("GALLO", "CHIARA", "ITA", "YE1000003", "1987-08-08", "BARI"),
    )  # fmt: skip
    _reach(_filed("short_term", None, film), 4)
    reminders.sweep()


def _longer(held: Old) -> dict[str, Any]:
    return {
        "class_ground": {"change": "no"}, "application": {"position": held.position, "contract_from": on(held.ends + 1), "contract_to": on(held.ends + 365), "residence_expires": on(held.ends)},
        "residence": {"residence_kind": "extension", "residence_expires": on(held.ends), "residence_until": on(held.ends + 300), "lodging": "南山区科苑路 18 号", "lodging_registered": on(-100)},
    }  # fmt: skip


def _person(surname: str, given: str, nationality: str, passport: str, born: str, at: str) -> dict[str, Any]:
    return {"surname": surname, "given_names": given, "nationality": nationality, "passport_no": passport, "birth_date": born, "birth_place": at, "email": f"{surname.lower()}@mail.example"}


def _inside(surname: str, given: str, nationality: str, passport: str, born: str, at: str, ground: str) -> dict[str, Any]:
    return samples.sample_answers(
        class_ground={"domestic_ground": ground}, basic=_person(surname, given, nationality, passport, born, at),
        application={"contract_from": on(10), "visa_kind": "work_residence", "visa_expires": on(60)},
    )  # fmt: skip


def _filed(code: str, held: Old | None, answers: dict[str, Any]) -> int:
    """A draft of the service filled in, its materials attached, submitted by the handler. Returns the case's id."""
    lin = _user("lin")
    case = desk.start(code, by=lin, subject=_permit(held) if held else None)
    row, given = service(case.service), samples.sample_answers(basic=held.basic() if held else {})
    for section in row.all_sections:
        begun = case.answers.get(section.code)
        if section.repeating:
            kept: Any = answers.get(section.code) or (given[section.code] if section.least else [])
            if section.code == "work" and begun:  # what came before, up to the employment that the permit is about
                kept = [*kept[:-1], kept[-1] | {"end": begun[0]["start"]}, *begun]
        else:
            kept = (given.get(section.code) or {}) | ({k: v for k, v in begun.items() if v} if begun else {}) | (answers.get(section.code) or {})
        case = desk.keep(case.id, section.code, kept, by=lin)
    _attach(case, row, lin)
    _act(case.id, "submit", "lin")
    return int(case.id)


def _attach(case: Case, row: Service, lin: User) -> None:
    from portal.journey.demonstration import looked_at

    for needed in row.materials:
        if needed.due(case.answers):
            name, data = ("photo.jpg", samples.sample_photo()) if needed.code == "photo" else (f"{needed.code}.pdf", samples.sample_pdf("document", 3))
            if needed.code == "passport_page":
                name, data = "passport.jpg", samples.sample_passport(samples.sample_answers()["basic"] | {k: v for k, v in (case.answers.get("basic") or {}).items() if v})
            issued = clock.today() - timedelta(days=30) if needed.material.months else None
            attaching.attach(case.id, needed.code, name, data, by=lin, issued_on=issued, looked_at=looked_at(needed.code, name, data))


def _reach(case_id: int, steps: int) -> None:
    for trigger, role, answers in APPROVED[:steps]:
        _act(case_id, trigger, OFFICERS[role], **answers)


def _appointment(case_id: int) -> None:
    """Called in, hours opened, an appointment booked."""
    _act(case_id, "pass_preliminary", "zhou")
    admin, office = _user("admin"), db.session.get_one(Case, case_id).authority_id
    appointments.open_days(clock.today() + timedelta(days=1), clock.today() + timedelta(days=14), appointments.times(time(9), time(12), 30), 2, by=admin)
    step = db.session.scalars(sa.select(Residence.id).where(Residence.case_id == case_id)).one()
    counter.act(step, "book", by=_user("lin"), seen=None, slot=str(appointments.offered(office)[2].id))


def _permit(held: Old) -> int:
    return db.session.scalars(sa.select(Permit.id).join(Person, Permit.person_id == Person.id).where(Person.passport_no == held.passport_no)).one()


def _user(short: str) -> User:
    return db.session.scalars(sa.select(User).where(User.email.startswith(f"{short}@"))).one()


def _act(case_id: int, trigger: str, who: str, **answers: str) -> None:
    desk.act(case_id, trigger, by=_user(who), seen=None, **answers)
