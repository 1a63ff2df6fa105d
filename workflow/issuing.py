"""What leaves the office: a paper's number, reference, frozen facts and signature, in the transaction of the act that issues it.

Printing is not here: a paper exists from its row on, and workflow/jobs.py prints it from these facts alone, once.
"""

from datetime import date
from typing import Any

import pycountry
import sqlalchemy as sa
from babel import Locale
from flask import current_app

from workflow import clock, divisions, notice, permit
from workflow.documents import claims, links, refs
from workflow.documents.credential import REVOKED, Keyring
from workflow.engine import N_, Refused
from workflow.models import Case, Outbox, PaperRow, Permit, Person, Series, db
from workflow.papers import ENDS_WITH_PERMIT, KINDS, NOTICES, Paper
from workflow.permit import PermitState
from workflow.roles import SYSTEM
from workflow.services import service

CLASSES = {"A": ("外国高端人才", "High-end foreign talent"), "B": ("外国专业人才", "Foreign professional"), "C": ("其他外国人员", "Other foreign personnel")}
_ZH, _EN = Locale("zh", script="Hans"), Locale("en")


def keyring() -> Keyring:
    """The keys as they are in their folder now: `flask keys` in another process counts from the next call on."""
    held: Keyring | None = current_app.extensions.get("keyring")
    fresh = held.fresh() if held else Keyring.ensure(current_app.config["PORTAL"].keys_dir)
    if fresh is not held:
        current_app.extensions["keyring"] = fresh
    return fresh


def withdrawn(kid: str) -> bool:
    """What this key signed proves nothing any more."""
    return keyring().states.get(kid) == REVOKED


def next_number(name: str) -> int:
    """The next of a series, raised in this transaction. PostgreSQL holds the row until commit; SQLite holds the whole writer's place."""
    row = db.session.get(Series, name, with_for_update=True, populate_existing=True)
    if row is None:
        row = Series(name=name, last=0)
        db.session.add(row)
    row.last += 1
    db.session.flush()
    return row.last


def case_number(division: str) -> str:
    year = clock.today().year
    return f"{division}-{year}-{next_number(f'{division}-CASE-{year}'):06d}"


def country_names(alpha3: str) -> tuple[str, str]:
    """Chinese and English name of an ISO 3166 alpha-3 code, the code itself where none is known."""
    country = pycountry.countries.get(alpha_3=alpha3)
    if country is None:
        return alpha3, alpha3
    return _ZH.territories.get(country.alpha_2, alpha3), _EN.territories.get(country.alpha_2, country.name)


def ensure_person(case: Case, known: Person | None = None, number: str = "") -> Person:
    """The person of the case: the same one for life, by nationality and passport number; a new one gets a permit number.

    `known`: of a filing about a permit, whatever passport is given now. `number`: the one printed on a physical card, for a person not on file.
    """
    basic = case.answers["basic"]
    person = db.session.scalar(sa.select(Person).where(Person.nationality == basic["nationality"], Person.passport_no == basic["passport_no"]))
    if known is not None and person not in (None, known):
        raise Refused("passport_taken", N_("This passport belongs to another person on file. Compare nationality and passport number."))
    person = known or person
    if person is None and number and db.session.scalar(sa.select(Person.id).where(Person.permit_number == number)):
        raise Refused("number_taken", N_("This work permit number belongs to another passport on file. Compare both with the card."))
    if person is None:
        year = clock.today().year
        person = Person(permit_number=number or permit.number(next_number(f"PERMIT-{year}"), year))
        db.session.add(person)
    person.nationality, person.passport_no = basic["nationality"], basic["passport_no"]
    person.surname, person.given_names, person.chinese_name = basic["surname"], basic.get("given_names") or "", basic.get("chinese_name") or ""
    person.sex, person.birth_date = basic["sex"], date.fromisoformat(basic["birth_date"])
    person.email, person.mobile, person.locale = basic.get("email") or "", basic.get("mobile") or "", basic.get("language") or "en"
    photo = next((m for m in reversed(case.live_materials) if m.kind == "photo"), None)
    person.photo_sha256 = (photo.shown_sha256 or photo.sha256) if photo else person.photo_sha256
    db.session.flush()
    return person


def grant_permit(case: Case, before: Permit | None = None, *, number: str = "") -> Permit:
    """The permit record, in the transaction of the grant. A person's earlier permit is replaced, and its notice with it. `before`: the one the filing is about."""
    person, asked = ensure_person(case, before.person if before else None, number), case.answers["application"]
    earlier = db.session.scalar(sa.select(Permit).where(Permit.person_id == person.id, Permit.state == PermitState.VALID).with_for_update(of=Permit))
    if earlier is not None:
        permit.lifecycle.perform("supersede", earlier, SYSTEM)
        earlier.ended_on = clock.today()
        for old in db.session.scalars(sa.select(PaperRow).where(PaperRow.permit_id == earlier.id, PaperRow.kind.in_(ENDS_WITH_PERMIT), PaperRow.state == notice.NoticeState.IN_FORCE)):
            notice.lifecycle.perform("supersede", old, SYSTEM)
            old.changed_on = clock.today()
        db.session.flush()
    division = asked.get("division")
    row = Permit(
        person_id=person.id, person=person, case_id=case.id, employer_id=case.employer_id, authority_id=case.authority_id, permit_class=case.permit_class,
        position=asked["position"], position_en=asked.get("position_en") or "", place=divisions.place_zh(division) if division in divisions.DIVISIONS else before.place if before else "",
        valid_from=date.fromisoformat(asked["contract_from"]), valid_to=date.fromisoformat(asked["contract_to"]), issued_on=clock.today(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def issue(case: Case, kind: Paper, *, permit_row: Permit | None = None, **extra: Any) -> PaperRow:
    """Give the paper its number and reference, freeze its facts, sign them, and promise its printing."""
    series, year = KINDS[kind].series, clock.today().year
    division = case.authority.division
    paper = PaperRow(kind=kind, case_id=case.id, permit_id=permit_row.id if permit_row else None, ref=refs.new_ref(), issued_at=clock.now())
    paper.number = f"{division}-{series}-{year}-{next_number(f'{division}-{series}-{year}'):06d}"
    paper.valid_until = notice.valid_until(clock.today()) if kind in NOTICES else None
    facts = facts_of(case, permit_row, kind) | {"kind": kind.value, "number": paper.number, "ref": paper.ref, "notice_valid_until": _iso(paper.valid_until)} | extra
    return seal(paper, facts, _claims(case, facts, paper))


def seal(paper: PaperRow, facts: dict[str, Any], said: dict[str, object]) -> PaperRow:
    """Sign what the paper says, freeze its facts and promise its printing. In the transaction of the act."""
    keys = keyring()
    token = keys.sign(claims.encode(said))
    facts["qr_url"] = links.url(current_app.config["PORTAL"].base_url, paper.ref, token)
    facts["host"] = f"{current_app.config['PORTAL'].host}/v"
    paper.token, paper.kid, paper.facts = token, str(keys.verify(token).kid), facts
    db.session.add(paper)
    db.session.flush()
    db.session.add(Outbox(task="print_paper", key=f"print:{paper.id}", payload={"paper": paper.id}, created_at=clock.now(), due_at=clock.now()))
    return paper


def _claims(case: Case, facts: dict[str, Any], paper: PaperRow) -> dict[str, object]:
    known = ("ref", "kind", "permit_number", "name", "nationality", "class", "valid_from", "valid_to")
    chosen: dict[str, object] = {name: facts[name] for name in known if facts.get(name)}
    mode = "" if current_app.config["PORTAL"].mode == "production" else "specimen."
    chosen |= {"iss": f"{mode}{case.authority.division}", "issued": facts["issued_on"], "employer": case.employer.name, "division": facts.get("division"), "passport_last4": facts["passport_no"][-4:]}
    return chosen | {"valid_until": _iso(paper.valid_until)}


def facts_of(case: Case, permit_row: Permit | None, kind: Paper) -> dict[str, Any]:
    """Everything a paper may print of this case, as JSON: dates ISO, names as in the passport."""
    basic, asked = case.answers.get("basic") or {}, case.answers.get("application") or {}
    profile, row = case.profile, service(case.service)
    nation_zh, nation_en = country_names(basic.get("nationality") or "")
    person = permit_row.person if permit_row else None
    division = asked.get("division") if asked.get("division") in divisions.DIVISIONS else None
    province, province_en, city, city_en, county, county_en = divisions.DIVISIONS[division] if division else ("",) * 6
    family = [m for m in case.answers.get("family") or [] if m.get("accompanying") == "yes"]
    class_zh, class_en = CLASSES.get(case.permit_class, ("", ""))
    return {
        "authority_zh": case.authority.name, "authority_en": case.authority.name_en, "issued_on": _iso(clock.today()),
        "case_number": case.number, "effect": row.effect.value, "service_zh": row.official, "service_en": row.label, "employer_zh": case.employer.name, "employer_en": case.employer.name_en or case.employer.name,
        "handler": case.handler.name, "name": case.applicant, "chinese_name": basic.get("chinese_name") or "", "sex": basic.get("sex") or "X",
        "nationality": basic.get("nationality") or "", "nationality_zh": nation_zh, "nationality_en": nation_en, "passport_no": basic.get("passport_no") or "",
        "contact_phone": profile.phone, "window_zh": profile.window_zh, "window_en": profile.window_en,
        "permit_number": person.permit_number if person else "", "class": case.permit_class, "class_zh": class_zh, "class_en": class_en,
        "position": asked.get("position") or "", "position_en": asked.get("position_en") or "", "division": division or "",
        "place_zh": divisions.place_zh(division) if division else "", "place_en": divisions.place_en(division) if division else "",
        "province_zh": province, "province_en": province_en, "city_zh": city, "city_en": city_en, "county_zh": county, "county_en": county_en,
        "valid_from": asked.get("contract_from") or "", "valid_to": asked.get("contract_to") or "",
        "family_count": len(family), "spouse": ", ".join(m["name"] for m in family if m.get("relation") == "spouse"),
        "children": [m["name"] for m in family if m.get("relation") == "child"], "others": [m["name"] for m in family if m.get("relation") not in ("spouse", "child")],
        "submitted_on": _day(case.submitted_at), "accepted_on": _day(case.accepted_at),
    }  # fmt: skip


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _day(moment: Any) -> str | None:
    return moment.astimezone(clock.BEIJING).date().isoformat() if moment else None
