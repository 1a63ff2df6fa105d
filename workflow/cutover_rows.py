"""What becomes of a row of the old system: the checks that need the tables, and the rows it turns into.

`Taken` gathers a batch; workflow/cutover_intake.py writes it in one transaction. Nothing here writes.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow import clock, divisions, registry
from workflow.application import CORRECTING, State
from workflow.calendars import is_working_day
from workflow.cutover import SERVICE
from workflow.cutover_columns import STAGES, midnight
from workflow.employer import EmployerState
from workflow.engine import N_
from workflow.fields import Problem, problem
from workflow.models import Authority, AuthorityProfile, Case, Employer, Permit, Person, User, db
from workflow.permit import PermitState
from workflow.profiles import Profile
from workflow.services import service

DIFFERS = N_("A row with this number was taken over before with other contents. Nothing was changed: correct the case in the portal.")


@dataclass
class Office:
    """An employer as the rows need it: whose cases these are, under which promises, and the account that stands for the old system's handler."""

    id: int
    authority_id: int
    profile_id: int
    handler_id: int | None
    name: str


@dataclass
class Taken:
    """A batch as rows to insert. A granted one is (case, person, permit); `person` is the id of one on file or a row to insert."""

    employers: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    granted: list[tuple[dict[str, Any], "Holder", dict[str, Any]]] = field(default_factory=list)
    defects: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    superseded: list[tuple[int, date]] = field(default_factory=list)  # permits on file that a later one has replaced
    carded: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # permits on file whose card this is
    known: int = 0
    refused: list[tuple[int, Problem]] = field(default_factory=list)


@dataclass
class Holder:
    """A person on file (`id`) or to be (`row`), with the permit that is in force."""

    id: int | None
    row: dict[str, Any]
    live: Any = None  # a Permit on file, or a row of this batch


class Book:
    """What a batch needs of the tables, asked once: employers, persons, permits and numbers that its rows name."""

    def __init__(self, rows: list[tuple[int, dict[str, Any]]]):
        self.offices = _offices({v["credit_code"].upper() for _, v in rows if v.get("credit_code")})
        numbers = {v["case_number"] for _, v in rows if v.get("case_number")}
        found = db.session.execute(sa.select(Case.number, Case.origin, Case.answers).where(Case.number.in_(numbers)))
        self.numbers: dict[str, str] = {number: _digest_of(origin, answers) for number, origin, answers in found}
        self.holders, self.by_number = _holders(rows)
        notices = {v["notice_number"] for _, v in rows if v.get("notice_number")}
        self.notices = {p.legacy_notice_number: p for p in db.session.scalars(sa.select(Permit).where(Permit.legacy_notice_number.in_(notices)))}
        cards = {v["card_number"] for _, v in rows if v.get("card_number")}
        self.cards = {p.physical_card_number: p for p in db.session.scalars(sa.select(Permit).where(Permit.physical_card_number.in_(cards)))}
        self.fresh_notices: dict[str, tuple[Holder, dict[str, Any]]] = {}
        self.officers = dict(db.session.execute(sa.select(User.authority_id, User.id).where(User.email.like("old-office-%"))).all())


def _digest_of(origin: str, answers: Any) -> str:
    return str(((answers or {}).get("legacy") or {}).get("row") or "") if origin == "legacy" else "portal"


def digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _offices(codes: set[str]) -> dict[str, Office]:
    newest = sa.select(AuthorityProfile.authority_id, sa.func.max(AuthorityProfile.id).label("id")).group_by(AuthorityProfile.authority_id).subquery()
    query = sa.select(Employer.credit_code, Employer.id, Employer.authority_id, newest.c.id, User.id, Employer.name).join(newest, newest.c.authority_id == Employer.authority_id)
    query = query.outerjoin(User, sa.and_(User.employer_id == Employer.id, User.email.like("old-handler-%"))).where(Employer.credit_code.in_(codes))
    return {code: Office(*rest) for code, *rest in db.session.execute(query)}


def _holders(rows: list[tuple[int, dict[str, Any]]]) -> tuple[dict[tuple[str, str], Holder], dict[str, Holder]]:
    passports, numbers = {v.get("passport_no") for _, v in rows}, {v.get("permit_number") for _, v in rows}
    people = db.session.scalars(sa.select(Person).where(Person.passport_no.in_(passports - {None}) | Person.permit_number.in_(numbers - {None}))).all()
    live = {p.person_id: p for p in db.session.scalars(sa.select(Permit).where(Permit.person_id.in_([p.id for p in people]), Permit.state == PermitState.VALID))}
    held = {(p.nationality, p.passport_no): Holder(p.id, {"permit_number": p.permit_number}, live.get(p.id)) for p in people}
    return held, {h.row["permit_number"]: h for h in held.values()}


def take(kind: str, rows: Iterable[tuple[int, dict[str, Any]]]) -> Taken:
    """The batch's rows that can be read, as what they become: pairs of line and values."""
    some, taken = list(rows), Taken()
    book, one = Book(some), {"employers": _employer, "notices": _notice, "cards": _card, "cases": _case}[kind]
    for line, values in some:
        found = one(values, book, taken)
        taken.refused += [(line, each) for each in ([found] if isinstance(found, Problem) else found or [])]
    return taken


def _employer(values: dict[str, Any], book: Book, taken: Taken) -> Problem | None:
    code = values["credit_code"].upper()
    if held := book.offices.get(code):
        if registry._plain(held.name) == registry._plain(values["name"]):
            taken.known += 1
            return None
        return problem("name", N_("This employer is on file as “%(name)s”. Nothing was changed."), name=held.name)
    if len(code) != 18 or set(code) - registry.ALPHABET:
        return problem("credit_code", N_("“%(measured)s” cannot be a unified social credit code: it has 18 characters, and none of I, O, S, V, Z."), measured=code[:30])
    wanted = values["division"]
    office = db.session.scalar(sa.select(Authority).where(Authority.division.in_((wanted, f"{wanted[:4]}00", f"{wanted[:2]}0000"))).order_by(Authority.division.desc()).limit(1))
    if office is None:
        return problem("division", N_("There is no authority for the division %(measured)s here."), measured=wanted)
    row = {
        "credit_code": code, "name": values["name"], "name_en": values["name_en"], "legal_representative": values["legal_representative"], "registered_address": values["address"],
        "office_address": values["address"], "phone": values["phone"], "authority_id": office.id, "state": EmployerState.CONFIRMED, "code_warning": not registry._check_digit_holds(code), "created_at": clock.now(),
    }  # fmt: skip
    taken.employers.append(row)
    book.offices[code] = Office(0, office.id, 0, None, values["name"])
    return None


def _known(values: dict[str, Any], book: Book, taken: Taken) -> Problem | bool:
    """Has this number been brought before? True: word for word. A Problem: otherwise than now."""
    held = book.numbers.get(values["case_number"])
    if held is None:
        return False
    if held == digest(values):
        taken.known += 1
        return True
    return problem("case_number", DIFFERS)


def _office(values: dict[str, Any], book: Book) -> Office | Problem:
    office = book.offices.get(values["credit_code"].upper())
    return office or problem("credit_code", N_("No employer with the code %(measured)s is on file. Take over the employers first, or let it register."), measured=values["credit_code"][:30])


def _period(values: dict[str, Any], first: str, last: str) -> Problem | None:
    return problem(last, N_("The last day %(measured)s lies before the first day %(limit)s."), measured=values[last].isoformat(), limit=values[first].isoformat()) if values[last] < values[first] else None


def _base(values: dict[str, Any], book: Book, office: Office, state: State, **dates: Any) -> dict[str, Any]:
    """The row of a case, as the desk would have filled it."""
    number = values["case_number"]
    book.numbers[number] = digest(values)
    basic = {k: values[k] for k in ("surname", "given_names", "chinese_name", "sex", "nationality", "passport_no", "email", "mobile") if values[k]}
    first, last = (values.get("contract_from") or values.get("valid_from")), (values.get("contract_to") or values.get("valid_to"))
    asked = {"position": values["position"], "position_en": values["position_en"], "division": values["work_division"], "contract_from": first.isoformat(), "contract_to": last.isoformat()}  # type: ignore[union-attr]
    legacy = {"row": book.numbers[number]} | {k: values[k] for k in ("notice_number", "card_number", "permit_number", "stage") if values.get(k)}
    return {
        "number": number, "legacy_number": number, "origin": "legacy", "service": SERVICE, "state": state, "version": 1, "employer_id": office.id, "authority_id": office.authority_id,
        "profile_id": office.profile_id, "handler_id": office.handler_id, "applicant": f"{values['surname']} {values['given_names']}".strip()[:200], "nationality": values["nationality"],
        "passport_no": values["passport_no"], "permit_class": values["class"], "events_count": 1,
        "answers": {"basic": basic | {"birth_date": values["birth_date"].isoformat()}, "class_ground": {"class": values["class"]}, "application": asked, "legacy": legacy},
        "changed_at": clock.now(), "accepted_at": None, "decided_at": None, "decided_by_id": None, "limit_kind": None, "limit_since": None, "due_on": None, **dates,
    }  # fmt: skip


def _case(values: dict[str, Any], book: Book, taken: Taken) -> Problem | list[Problem] | None:
    stages = STAGES[values["what"]]
    state = stages.get(values["stage"]) or next((s for s in stages.values() if s.value == values["stage"]), None)
    if state is None:
        return problem("stage", N_("“%(measured)s” is no stage of such an application. There are: %(limit)s."), measured=values["stage"][:40], limit="、".join(stages))
    if (known := _known(values, book, taken)) is not False:
        return None if known is True else known
    office = _office(values, book)
    if isinstance(office, Problem):
        return office
    if wrong := _period(values, "contract_from", "contract_to"):
        return wrong
    if values["submitted_at"] > clock.now():
        return problem("submitted_at", N_("The day of filing lies in the future."))
    told = _told(values["defects"])
    if isinstance(told, Problem):
        return told
    if state in CORRECTING and not told:
        return problem("defects", N_("The case is back with the employer, but nothing says what was to be corrected."))
    dates = {"created_at": values["submitted_at"], "submitted_at": values["submitted_at"], "accepted_at": values["accepted_at"], **_clock(state, values, office)}
    row = _base(values, book, office, state, **dates)
    taken.cases.append(row)
    taken.defects += [(row, {"target": target, "text": text}) for target, text in (told if state in CORRECTING else ())]
    return None


def _told(text: str) -> list[tuple[str, str]] | Problem:
    """`target=words | target=words`, a target being material:kind or answers:section.field (workflow/questions, workflow/materials.py)."""
    found, form = [], service(SERVICE)
    for part in filter(None, (p.strip() for p in text.replace("\n", "|").split("|"))):
        target, _, words = part.partition("=")
        kind, _, rest = target.strip().partition(":")
        section = form.section(rest.split(".")[0]) if kind == "answers" else None
        there = form.needed(rest) if kind == "material" else section and ("." not in rest or section.field(rest.rpartition(".")[2]))
        if not there or not words.strip():
            return problem("defects", N_("“%(measured)s” is not “material:kind=what is wrong” or “answers:section.field=what is wrong”."), measured=part[:80])
        found.append((target.strip(), words.strip()[:2000]))
    return found


_profiles: dict[int, Profile] = {}


def _clock(state: State, values: dict[str, Any], office: Office) -> dict[str, Any]:
    """The limit that runs at this stage. That of the decision runs from acceptance, the others from the day the stage was reached."""
    kind = clock.LIMIT_IN.get(state)
    if kind is None:
        return {}
    filed = values["submitted_at"].astimezone(clock.BEIJING).date()
    accepted = values["accepted_at"].astimezone(clock.BEIJING).date() if values["accepted_at"] else None
    since = (accepted if kind == "decision" else None) or values["stage_since"] or filed
    if office.profile_id not in _profiles:
        _profiles[office.profile_id] = db.session.get_one(AuthorityProfile, office.profile_id).profile.of(service(SERVICE).base)
    deadline = clock.deadline(clock.Running(kind, since), _profiles[office.profile_id].limits, since, is_working_day)
    return {"limit_kind": kind, "limit_since": since, "due_on": deadline.due if deadline else None}


def _holder(values: dict[str, Any], book: Book) -> Holder | Problem:
    """The person of a permit: on file, met in this batch, or new. A number belongs to one person for life."""
    key, number = (values["nationality"], values["passport_no"]), values["permit_number"]
    by_passport, by_number = book.holders.get(key), book.by_number.get(number)
    if by_passport is not None and by_passport.row["permit_number"] != number:
        return problem("permit_number", N_("The person with this passport is on file with the permit number %(measured)s."), measured=by_passport.row["permit_number"])
    if by_number is not None and by_passport is None:
        return problem("permit_number", N_("The permit number %(measured)s is on file for another passport."), measured=number)
    if by_passport is None:
        names = ("permit_number", "surname", "given_names", "chinese_name", "sex", "nationality", "birth_date", "passport_no", "email", "mobile")
        by_passport = Holder(None, {name: values[name] for name in names} | {"locale": "en"})
        book.holders[key] = book.by_number[number] = by_passport
    return by_passport


def _granted(values: dict[str, Any], book: Book, taken: Taken, **more: Any) -> Problem | None:
    """A permit of the old system with its closed case. Of several permits of a person the one issued last is in force."""
    office = _office(values, book)
    if isinstance(office, Problem):
        return office
    if wrong := _period(values, "valid_from", "valid_to"):
        return wrong
    if values["issued_on"] > clock.today():
        return problem("issued_on", N_("The day of issue lies in the future."))
    holder = _holder(values, book)
    if isinstance(holder, Problem):
        return holder
    permit = {
        "employer_id": office.id, "authority_id": office.authority_id, "state": PermitState.VALID, "version": 1, "permit_class": values["class"], "position": values["position"], "position_en": values["position_en"],
        "place": divisions.place_zh(values["work_division"]), "valid_from": values["valid_from"], "valid_to": values["valid_to"], "issued_on": values["issued_on"], "ended_on": None,
        "origin": "legacy", "legacy_notice_number": values.get("notice_number") or None, "physical_card_number": "", "claimed": False, **more,
    }  # fmt: skip
    if refused := _one_in_force(holder, permit, taken):
        return refused
    at = midnight(values["issued_on"])
    case = _base(values, book, office, State.GRANTED, created_at=at, submitted_at=at, decided_at=at, decided_by_id=book.officers.get(office.authority_id))
    taken.granted.append((case, holder, permit))
    if permit["legacy_notice_number"]:
        book.fresh_notices[permit["legacy_notice_number"]] = (holder, permit)
    return None


def _one_in_force(holder: Holder, permit: dict[str, Any], taken: Taken) -> Problem | None:
    held = holder.live
    if held is None:
        holder.live = permit
        return None
    stored = isinstance(held, Permit)
    issued, until = (held.issued_on, held.valid_to) if stored else (held["issued_on"], held["valid_to"])
    if (issued, until) == (permit["issued_on"], permit["valid_to"]):
        return problem("issued_on", N_("A permit of this person issued on the same day is on file already."))
    if issued > permit["issued_on"] or (stored and held.origin == "portal"):
        permit |= {"state": PermitState.SUPERSEDED, "ended_on": issued}
        return None
    if stored:
        taken.superseded.append((held.id, permit["issued_on"]))
    else:
        held |= {"state": PermitState.SUPERSEDED, "ended_on": permit["issued_on"]}
    holder.live = permit
    return None


def _notice(values: dict[str, Any], book: Book, taken: Taken) -> Problem | None:
    if (known := _known(values, book, taken)) is not False:
        return None if known is True else known
    number = values["notice_number"]
    if number in book.notices or number in book.fresh_notices:
        return problem("notice_number", N_("The notification %(measured)s is on file already, with another case or with its card."), measured=number)
    return _granted(values, book, taken, claimed=values["claimed"] == "yes")


def _card(values: dict[str, Any], book: Book, taken: Taken) -> Problem | None:
    if (known := _known(values, book, taken)) is not False:
        return None if known is True else known
    number, held = values["card_number"], book.cards.get(values["card_number"])
    if held is not None:
        if held.person.passport_no == values["passport_no"] and held.valid_to == values["valid_to"]:
            taken.known += 1
            return None
        return problem("card_number", N_("The card %(measured)s is on file for another person or another period."), measured=number)
    if (fresh := book.fresh_notices.get(values["notice_number"])) or values["notice_number"] in book.notices:
        return _of_notice(values, fresh, book, taken)
    return _granted(values, book, taken, physical_card_number=number, claimed=True)


def _of_notice(values: dict[str, Any], fresh: Any, book: Book, taken: Taken) -> Problem | None:
    """The card that was claimed for a notification on file: the same permit, now with its card."""
    number, claim = values["card_number"], {"physical_card_number": values["card_number"], "claimed": True, "valid_from": values["valid_from"], "valid_to": values["valid_to"]}
    if wrong := _period(values, "valid_from", "valid_to"):
        return wrong
    permit = None if fresh else book.notices[values["notice_number"]]
    passport, card = (permit.person.passport_no, permit.physical_card_number) if permit else (fresh[0].row.get("passport_no"), fresh[1]["physical_card_number"])
    if passport != values["passport_no"]:
        return problem("notice_number", N_("The notification %(measured)s is on file for another passport."), measured=values["notice_number"])
    if card:
        return problem("notice_number", N_("Another card was claimed for the notification %(measured)s."), measured=values["notice_number"])
    if permit is None:
        fresh[1].update(claim)
    else:
        taken.carded.append((permit.id, claim))
        book.cards[number] = permit
    return None
