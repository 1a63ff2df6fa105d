"""Invented files of the old system, of any size: employers, closed notifications, cards, cases in flight. The same seed makes the same files.

Nobody in them exists: companies have synthetic codes, people are drawn from short lists of names, passports begin with two letters no country issues.
"""

import csv
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from stdnum.cn import uscc

from workflow.cutover_columns import KINDS
from workflow.divisions import DIVISIONS

CUTOVER = date(2024, 12, 1)
PEOPLE = (
    ("ITA", ("MORETTI", "BIANCHI", "FERRARA", "GALLO"), ("GIULIA", "MARCO", "CHIARA", "LUCA")), ("JPN", ("TANAKA", "SATO", "MORI", "ABE"), ("YUKI", "HIRO", "EMI", "KENTA")),
    ("KOR", ("KIM", "PARK", "CHOI", "HAN"), ("MINSEO", "JIHO", "SOYEON", "DOYUN")), ("DEU", ("BRANDT", "VOGEL", "KRÜGER", "LANG"), ("ANNA", "JONAS", "LENA", "FELIX")),
    ("FRA", ("MOREAU", "LAURENT", "GARNIER", "ROUX"), ("CAMILLE", "HUGO", "ÉLISE", "LOUIS")), ("GBR", ("HUGHES", "CLARKE", "WARD", "FOSTER"), ("EMMA", "OLIVER", "GRACE", "HARRY")),
    ("IND", ("SHARMA", "IYER", "REDDY", "BOSE"), ("ANANYA", "ARJUN", "DIYA", "ROHAN")), ("RUS", ("ORLOVA", "VOLKOV", "SOKOLOVA", "BELOV"), ("ANNA", "IVAN", "DARIA", "PAVEL")),
    ("USA", ("CARTER", "BROOKS", "REED", "COLEMAN"), ("SOPHIA", "ETHAN", "AVA", "LOGAN")), ("BRA", ("SOUZA", "LIMA", "ROCHA", "ALVES"), ("BEATRIZ", "PEDRO", "LARISSA", "TIAGO")),
)  # fmt: skip
POSTS = (("光学设计工程师", "Optical design engineer"), ("软件架构师", "Software architect"), ("英语教师", "English teacher"), ("研发总监", "Head of research"), ("厨师长", "Head chef"), ("财务经理", "Finance manager"), ("工业设计师", "Industrial designer"), ("海洋工程师", "Marine engineer"))
PLACES, TRADES = ("云岭", "松间", "澄波", "北辰", "望舒", "青禾", "远山", "南浦"), ("精密仪器", "数据科技", "海洋工程", "生物医药", "教育咨询", "新能源", "工业设计", "餐饮管理")
STAGES = {"notification": (("预审", 30), ("退回", 15), ("受理", 15), ("补正", 10), ("审查", 20), ("决定", 10)), "card": (("受理", 45), ("预审", 5), ("审查", 40), ("决定", 10))}
TOLD = ("material:degree=缺少认证页", "material:no_crime=公证已超过六个月", "answers:application.position=职位与合同不一致", "material:contract=缺少盖章页|material:photo=背景不是白色")
SPOILERS: tuple[Callable[[dict[str, Any]], Any], ...] = (
    lambda row: row.update(passport_no=""), lambda row: row.update(birth_date="1990-02-30"), lambda row: row.update(credit_code="91440300MA5F9999X9"), lambda row: row.update(nationality="Italien"),
    lambda row: row.update(surname="莫雷蒂"), lambda row: row.update(work_division="999999"), lambda row: row.update(email="keine-adresse"),
)  # fmt: skip


def make(folder: Path, cases: int, *, card_share: float = 0.5, faulty: float = 0.0, seed: int = 20241201, xlsx: bool = False, employers: int | None = None) -> dict[str, Path]:
    """Write employers, notices, cards and cases. `cases` counts those in flight; notices are half as many and cards as many again. Returns the paths."""
    chance, folder = random.Random(seed), Path(folder)  # noqa: S311 - invented people, not secrets
    folder.mkdir(parents=True, exist_ok=True)
    companies = [_company(n, chance) for n in range(employers or max(3, min(cases // 20, 2000)))]
    write = _xlsx if xlsx else _csv
    parts: dict[str, Iterable[dict[str, Any]]] = {
        "employers": iter(companies),
        "notices": _spoilt((_notice(n, chance, companies) for n in range(cases // 2)), chance, faulty),
        "cards": _spoilt((_card(n, chance, companies) for n in range(cases)), chance, faulty),
        "cases": _spoilt((_case(n, chance, companies, card_share) for n in range(cases)), chance, faulty),
    }
    return {kind: write(folder, kind, rows) for kind, rows in parts.items()}


def _company(n: int, chance: random.Random) -> dict[str, Any]:
    division = chance.choice(("440300", "440300", "440300", "110000"))
    body = f"91{division}MC{n:07d}"[:17]
    name = f"{'深圳市' if division == '440300' else '北京'}{chance.choice(PLACES)}{chance.choice(TRADES)}第{n + 1}有限公司"
    return {"credit_code": body + uscc.calc_check_digit(body), "name": name, "name_en": f"Sample Company {n + 1} Co., Ltd.", "division": division, "legal_representative": "样本", "address": f"样本路 {n + 1} 号", "phone": f"0755-2600{n % 10000:04d}"}


def _person(n: int, series: str, chance: random.Random, company: dict[str, Any]) -> dict[str, Any]:
    nation, surnames, given = chance.choice(PEOPLE)
    surname, name, (post, post_en) = chance.choice(surnames), chance.choice(given), chance.choice(POSTS)
    city = [code for code in DIVISIONS if code[:3] == company["division"][:3] and code[:4] in (company["division"][:4], "1101")]
    return {
        "credit_code": company["credit_code"], "surname": surname, "given_names": name, "sex": chance.choice("FM"), "nationality": nation, "passport_no": f"ZZ{series}{n:07d}",
        "birth_date": date(1960, 1, 1) + timedelta(days=chance.randrange(16_000)), "email": f"{series}{n}@mail.example".lower(), "mobile": f"+{chance.randrange(30, 99)} {n:09d}",
        "class": chance.choices("ABC", (20, 65, 15))[0], "position": post, "position_en": post_en, "work_division": chance.choice(city),
    }  # fmt: skip


def _notice(n: int, chance: random.Random, companies: list[dict[str, Any]]) -> dict[str, Any]:
    issued = CUTOVER - timedelta(days=chance.randrange(1, 200))
    begins = issued + timedelta(days=chance.randrange(10, 80))
    return _person(n, "N", chance, chance.choice(companies)) | {
        "case_number": f"TZ{issued:%Y%m%d}{n:08d}", "notice_number": f"XKTZ{issued:%Y}{n:08d}", "permit_number": f"LN{n:010d}", "valid_from": begins, "valid_to": begins + timedelta(days=chance.choice((365, 730))),
        "issued_on": issued, "claimed": "no",
    }  # fmt: skip


def _card(n: int, chance: random.Random, companies: list[dict[str, Any]]) -> dict[str, Any]:
    """Most are in force on the day, some have lapsed; one lapses on its eve and one on it."""
    term = chance.choice((364, 729))
    ends = CUTOVER + timedelta(days={0: -1, 1: 0}.get(n, chance.randrange(-200, term - 10)))
    begins = ends - timedelta(days=term)
    return _person(n, "K", chance, chance.choice(companies)) | {
        "case_number": f"SL{begins:%Y%m%d}{n:08d}", "card_number": f"XKZ{begins:%Y}{n:08d}", "permit_number": f"LK{n:010d}", "valid_from": begins, "valid_to": ends, "issued_on": begins - timedelta(days=7),
    }


def _case(n: int, chance: random.Random, companies: list[dict[str, Any]], card_share: float) -> dict[str, Any]:
    what = "card" if chance.random() < card_share else "notification"
    stage = chance.choices(*zip(*STAGES[what], strict=True))[0]
    filed = CUTOVER - timedelta(days=chance.randrange(1, 40))
    begins = filed + timedelta(days=chance.randrange(20, 85))
    return _person(n, "C", chance, chance.choice(companies)) | {
        "case_number": f"YW{filed:%Y%m%d}{n:08d}", "what": what, "stage": stage, "submitted_at": f"{filed.isoformat()}T{chance.randrange(8, 18):02d}:{chance.randrange(60):02d}+08:00",
        "accepted_at": f"{min(filed + timedelta(days=4), CUTOVER - timedelta(days=1)).isoformat()}T10:00+08:00" if stage in ("审查", "决定", "退回补充") else "", "stage_since": min(filed + timedelta(days=5), CUTOVER - timedelta(days=1)),
        "contract_from": begins, "contract_to": begins + timedelta(days=730), "defects": chance.choice(TOLD) if stage in ("退回", "补正", "退回补充") else "",
    }  # fmt: skip


def _spoilt(rows: Iterator[dict[str, Any]], chance: random.Random, share: float) -> Iterator[dict[str, Any]]:
    """A share of the rows gets one of the faults that real lists have."""
    for row in rows:
        if share and chance.random() < share:
            chance.choice(SPOILERS)(row)
        yield row


def _cells(kind: str, rows: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    codes = [column.code for column in KINDS[kind]]
    return chain([codes], ([row.get(code, "") for code in codes] for row in rows))


def _csv(folder: Path, kind: str, rows: Iterable[dict[str, Any]]) -> Path:
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_cells(kind, rows))
    return path


def _xlsx(folder: Path, kind: str, rows: Iterable[dict[str, Any]]) -> Path:
    path, book = folder / f"{kind}.xlsx", Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    for cells in _cells(kind, rows):
        sheet.append(cells)
    book.save(path)
    return path
