"""Demonstration data: invented authorities, companies and people. Loaded once; never in production."""

import base64
import hashlib
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app

from portal.journey import demonstration, demonstration_services
from workflow import clock
from workflow.employer import EmployerState
from workflow.models import Authority, AuthorityProfile, Employer, RegistryEntry, User, UserRole, db, writing
from workflow.passwords import hash_password
from workflow.profiles import NATIONAL, SHENZHEN
from workflow.roles import Role

AUTHORITIES = (
    ("440300", "深圳市外国人工作管理部门", "the Shenzhen authority for foreigners’ work", "深圳市公安局出入境管理支队", "the Shenzhen exit-entry administration", SHENZHEN),
    ("110000", "北京市外国人工作管理部门", "the Beijing authority for foreigners’ work", "北京市公安局出入境管理总队", "the Beijing exit-entry administration", NATIONAL),
)
# Invented companies. Codes are synthetic with a true check digit, but for the last, whose digit is wrong on purpose.
COMPANIES = (
    ("91440300MA5F0000X1", "深圳市云岭精密仪器有限公司", "何立群", "深圳市南山区科苑路 18 号"),
    ("91110105MA5F0000XE", "北京松间数据科技有限公司", "傅雅", "北京市朝阳区望京街 6 号"),
    ("91310115MA5F0000XB", "上海澄波海洋工程有限公司", "卫川", "上海市浦东新区海阳路 3 号"),
    ("91310115MA1H8R7C6D", "上海石桥教育咨询有限公司", "丁宁", "上海市浦东新区杨高路 77 号"),
)
# role, sign-in, name, authority division or credit code
PEOPLE = (
    (Role.HANDLER, "lin@yunling.example", "林晓雯", "91440300MA5F0000X1"),
    (Role.HANDLER, "tang@yunling.example", "唐可", "91440300MA5F0000X1"),
    (Role.HANDLER, "fu@songjian.example", "傅晨", "91110105MA5F0000XE"),
    (Role.ACCEPTANCE, "zhou@sz.example", "周明", "440300"),
    (Role.EXAMINER, "qin@sz.example", "秦岚", "440300"),
    (Role.DECIDER, "wei@sz.example", "魏平", "440300"),
    (Role.WINDOW, "huang@sz.example", "黄婧", "440300"),
    (Role.EXIT_ENTRY, "luo@sz.example", "罗毅", "440300"),
    (Role.ADMIN, "admin@sz.example", "苏敏", "440300"),
    (Role.ACCEPTANCE, "bai@bj.example", "白露", "110000"),
)


def password_of(sign_in: str) -> str:
    """Made from the machine's own secret: steady here, different elsewhere, in no repository."""
    return "Demo-" + _made(sign_in, "password")[:10].lower()


def totp_of(sign_in: str) -> str:
    return _made(sign_in, "totp")[:32]


def _made(sign_in: str, what: str) -> str:
    secret = current_app.config["PORTAL"].secret_key
    return base64.b32encode(hashlib.sha256(f"{secret}|{sign_in}|{what}".encode()).digest()).decode()


def accounts() -> list[dict[str, Any]]:
    """Role, sign-in, password and TOTP secret of every demonstration account."""
    return [
        {"role": role.value, "name": name, "sign_in": sign_in, "password": password_of(sign_in), "totp_secret": None if role is Role.HANDLER else totp_of(sign_in)}
        for role, sign_in, name, _ in PEOPLE
    ]


def load_people() -> bool:
    """Offices, invented companies and people; False if they are there already. One transaction."""
    if current_app.config["PORTAL"].mode == "production":
        raise RuntimeError("Demonstration data is not loaded in production mode.")
    if db.session.scalar(sa.select(User.id).limit(1)):
        return False
    now = clock.now()
    with writing() as session:
        offices = {}
        for division, name, name_en, police, police_en, profile in AUTHORITIES:
            office = Authority(division=division, name=name, name_en=name_en, exit_entry_name=police, exit_entry_name_en=police_en)
            session.add(office)
            session.flush()
            session.add(AuthorityProfile(authority_id=office.id, version=1, data=profile.to_json(), created_at=now))
            offices[division] = office
        for code, name, head, address in COMPANIES:
            session.add(RegistryEntry(credit_code=code, name=name, legal_representative=head, address=address, registered_on=date(2020, 5, 6)))
        employers = {}
        for (code, name, head, address), name_en, division in zip(COMPANIES[:2], ("Shenzhen Yunling Precision Instruments Co., Ltd.", "Beijing Songjian Data Technology Co., Ltd."), ("440300", "110000"), strict=True):
            row = Employer(
                credit_code=code, name=name, name_en=name_en, kind="limited", industry="", legal_representative=head, registered_address=address, office_address=address,
                phone="0755-26000018", department_head=head, authority_id=offices[division].id, state=EmployerState.CONFIRMED, created_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            employers[code] = row
        for role, sign_in, name, place in PEOPLE:
            user = User(
                email=sign_in, name=name, password_hash=hash_password(password_of(sign_in)), totp_secret=None if role is Role.HANDLER else totp_of(sign_in),
                employer_id=employers[place].id if role is Role.HANDLER else None, authority_id=None if role is Role.HANDLER else offices[place].id, created_at=now,
            )  # fmt: skip
            user.grants.append(UserRole(role=role))
            session.add(user)
    return True


def load_demonstration() -> bool:
    """People, a case at every stage of the road and one in each service, so that every role finds work; False if it is there already."""
    if not load_people():
        return False
    demonstration.load_cases()
    demonstration_services.load()
    return True
