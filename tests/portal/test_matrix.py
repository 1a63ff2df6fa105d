"""Every address of the office door against every role and every owner, generated from the map of addresses.

Strangers are asked to sign in. Who lacks the role is refused before anything is looked up. Who has the role but not the file gets the 404 of a
file that never was, on every verb, and nothing is changed. A new kind of id fails here until it has its row in `world`.
"""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.driving import Browser
from tests.factories import draft_case, granted_case, person, returned_case
from workflow import clock, counter, machines, reports
from workflow.models import AgentAuthority, Card, CardOverride, Case, Employer, Event, Machine, PaperRow, Residence, User, UserRole, db, writing
from workflow.roles import STAFF, Role

LOBBY = ("check.", "register.", "card.", "hall.", "track.", "portrait.")  # strangers' doors: tests/kiosk
WORDS = {"trigger": "withdraw", "code": "basic", "kind": "passport_page", "which": "preview", "menu": "extension", "token": "x" * 24, "deed": "lock", "slug": "nothing"}
NOT_OWNED = {
    "admin.cutover_run": "a run goes over the whole country; its journal shows the own cases only",
    "applications.start": "names its employer in the form: tests/portal/test_agents.py",
}  # fmt: skip
# What a form of any of these pages might bring, so that a refusal is for the file and not for an empty form.
TYPED = {
    "reason": "材料不全，请补充。", "answer": "已经更正，请查看。", "verdict": "seen", "do": "save", "target": "answers:basic.surname", "text": "请更正。", "defect": "ok:answers:basic.surname",
    "entered_on": "2026-11-20", "say": "yes", "size": "100", "name": "a.pdf", "passport_seen": "yes", "active": "no", "seen": "1", "key": "one-key-for-all",
}  # fmt: skip


def verbs(app: Flask) -> list[tuple[str, Any, Any]]:
    """(method, rule, who may) of the office door."""
    rules = [r for r in app.url_map.iter_rules() if r.endpoint != "static" and not r.endpoint.startswith(LOBBY)]
    return [(m, r, app.view_functions[r.endpoint].access) for r in rules for m in sorted((r.methods or set()) - {"HEAD", "OPTIONS"})]  # type: ignore[attr-defined]


def address(rule: Any, ids: dict[str, Any]) -> str:
    found = str(rule.rule)
    for name in rule.arguments:
        assert name in ids, f"{rule.rule}: what is a <{name}>? Give it a row in `world`."
        found = re.sub(rf"<(?:[^<>]*:)?{name}>", str(ids[name]), found)
    return found


def ask(browser: Browser, method: str, where: str, token: str) -> int:
    body = b"" if method == "GET" else urlencode({**TYPED, "csrf_token": token}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    page = browser.send(method, where, body, kind, follow=False)
    return page.status if page.status != 404 or page.h1 else -404  # a bare 404 is no page


@pytest.fixture
def world(app: Flask, who) -> dict[str, Any]:
    """Something of every kind, all of it the Shenzhen authority's or the Yunling company's."""
    returned, granted, draft = returned_case(), granted_case(), draft_case()
    paper = next(p for p in granted.papers if p.permit_id)
    residence = db.session.scalars(sa.select(Residence).where(Residence.case_id == granted.id)).one()
    counter.open_counter(residence.id, by=who("huang"))
    report = reports.say(granted.id, "名字写错了，请更正。", source="tracker")
    machines.offer("大厅一号机", by=who("admin"))
    agent = db.session.scalars(sa.select(Employer).where(Employer.id != returned.employer_id)).first()
    with writing() as session:
        row = AgentAuthority(
            employer_id=returned.employer_id, agent_id=agent.id, begins_on=clock.today(), ends_on=clock.today(), granted_by_id=person("lin").id, granted_at=clock.now(),
            revoked_at=clock.now(), revoked_by_id=person("lin").id,
        )  # fmt: skip
        session.add(row)
        card = Card(person_id=paper.permit.person_id, password_hash="x", security_number="440300199003140028", registered_at=clock.now())
        session.add(card)
        session.flush()
        over = CardOverride(card_id=card.id, authority_id=granted.authority_id, deed="unlock", reason="证件已核对", asked_by_id=person("huang").id, asked_at=clock.now())
        session.add(over)
        session.flush()
        ids = {"authority_id": row.id, "ask_id": over.id}
    return ids | WORDS | {
        "case_id": returned.id, "draft": draft.id, "granted": granted.id, "material_id": returned.materials[0].id, "defect_id": returned.defects[0].id, "paper_id": paper.id,
        "residence_id": residence.id, "original_id": residence.originals[0].id, "permit_id": paper.permit_id, "person_id": paper.permit.person_id, "employer_id": returned.employer_id,
        "user_id": person("zhou").id, "handler": person("tang").id, "report_id": report.id, "machine_id": db.session.scalars(sa.select(Machine.id)).one(), "run_id": 1,
    }  # fmt: skip


def everything() -> tuple[Any, ...]:
    """What would show that something was done."""
    db.session.rollback()
    count = lambda model, *where: db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))  # noqa: E731 - said in one line, four times
    return (count(Event), count(PaperRow), tuple(db.session.execute(sa.select(Case.id, Case.state, Case.version).order_by(Case.id)).all()), count(User, User.active),
            count(CardOverride, CardOverride.outcome == ""), count(Machine, Machine.revoked_at.is_(None)))  # fmt: skip


def test_a_stranger_is_asked_to_sign_in_everywhere_but_at_the_open_doors(app: Flask, browser: Browser, world) -> None:
    let_in = []
    for method, rule, access in verbs(app):
        if access != "public":
            status = browser.send(method, address(rule, world), b"", {}, follow=False)
            if status.status != 303 or "/sign-in" not in status.headers["location"]:
                let_in.append(f"{method} {rule.rule}: {status.status}")
    assert not let_in, let_in


@pytest.mark.parametrize("short", ["lin", "zhou", "admin"])
def test_who_lacks_the_role_is_refused_before_anything_is_looked_up(app: Flask, sign_in, short: str) -> None:
    browser, roles = sign_in(short), set(person(short).roles)
    token = browser.get("/account").form("/account/language").hidden["csrf_token"]
    nowhere = {name: 1 for _m, rule, _a in verbs(app) for name in rule.arguments} | WORDS
    closed = [(m, address(r, nowhere)) for m, r, access in verbs(app) if access not in ("public", ()) and not set(access) & roles]
    assert len(closed) > 60
    let_in = [f"{m} {where}: {status}" for m, where in closed if (status := ask(browser, m, where, token)) != 403]
    assert not let_in, let_in


def test_a_file_out_of_reach_is_the_404_of_one_that_never_was(app: Flask, sign_in, world) -> None:
    """An officer of Beijing with every role there is, and a handler of another company, at every address that names something of Shenzhen."""
    with writing() as session:
        bai = session.scalars(sa.select(User).where(User.email == "bai@bj.example")).one()
        bai.grants += [UserRole(role=role) for role in STAFF if role not in bai.roles]
    before, wrong = everything(), []
    for short in ("bai", "fu"):
        browser, roles = sign_in(short), set(person(short).roles)
        token = browser.get("/account").form("/account/language").hidden["csrf_token"]
        ids = world | ({"user_id": world["handler"]} if short == "fu" else {})
        for method, rule, access in verbs(app):
            named = [name for name in rule.arguments if name.endswith("_id")]
            if not named or rule.endpoint in NOT_OWNED or not set(access) & roles:
                continue
            for case_id in (world["case_id"], world["draft"], world["granted"]) if "case_id" in named else (0,):
                where = address(rule, ids | {"case_id": case_id})
                if (status := ask(browser, method, where, token)) != 404:
                    wrong.append(f"{short}: {method} {where} ({rule.endpoint}): {status}")
    assert not wrong, "\n".join(wrong)
    assert everything() == before


def test_what_belongs_to_another_case_is_not_reached_through_an_own_one(app: Flask, sign_in, world) -> None:
    """The outer id is the own case, the inner one of somebody else's."""
    browser = sign_in("fu")
    own = draft_case(person("fu"))
    token = browser.get("/account").form("/account/language").hidden["csrf_token"]
    wrong, before = [], everything()
    for method, rule, access in verbs(app):
        if access == "public" or Role.HANDLER not in access or not {"case_id"} < {n for n in rule.arguments if n.endswith("_id")}:
            continue
        where = address(rule, world | {"case_id": own.id})
        if (status := ask(browser, method, where, token)) != 404:
            wrong.append(f"{method} {where}: {status}")
    assert not wrong, "\n".join(wrong)
    assert everything() == before
