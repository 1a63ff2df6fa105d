"""Before a filing begins: who asks, about which permit, and which conditions of the service do not hold, each with where to go instead.

The conditions themselves are in workflow/guards.py and workflow/services/conditions.py; here they get the permit, the day and the profile.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from workflow import clock
from workflow.application import OPEN_STATES, State
from workflow.cutover_cohorts import card_applications_of
from workflow.engine import N_, Refused, Said
from workflow.models import AuthorityProfile, Card, Case, FilingSubject, Permit, Person, db
from workflow.permit import PermitState
from workflow.profiles import NATIONAL, Profile
from workflow.services import Precondition, Service, Subject, service

CUTOVER = datetime(2024, 12, 1, tzinfo=clock.BEIJING)
ABOUT_A_PERMIT = (Subject.PERMIT, Subject.NOTICE, Subject.CARD)
MOST_SHOWN = 20


@dataclass(frozen=True)
class Asking:
    """What the conditions ask about. `under_way`: number of the filing about this permit that is open, "" if none; `claimed`: somebody has a card for it."""

    today: date
    profile: Profile
    employer_id: int | None
    permit: Permit | None = None
    under_way: str = ""
    claimed: bool = False
    legacy: bool = False
    short_term: bool = False
    granted_before_cutover: bool = False

    @property
    def days_left(self) -> int:
        return (self.permit.valid_to - self.today).days if self.permit else 0


def ask(profile: Profile, employer_id: int | None, permit: Permit | None, *, without: int | None = None) -> Asking:
    """`without`: the case that asks, which is no other filing about the permit."""
    return ask_each(profile, employer_id, [permit], without=without)[0] if permit else Asking(clock.today(), profile, employer_id)


def ask_each(profile: Profile, employer_id: int | None, permits: list[Permit], *, without: int | None = None) -> list[Asking]:
    """The same of several permits, in three statements however many they are."""
    about, carded = _under_way(permits, without), set(db.session.scalars(sa.select(Card.person_id).where(Card.person_id.in_([p.person_id for p in permits]))))
    flights = card_applications_of(permits, without)
    asked = []
    for permit in permits:
        granted = permit.case.decided_at
        asked.append(Asking(
            clock.today(), profile, employer_id, permit, about.get(permit.id) or flights.get(permit.id, ""), permit.claimed or permit.person_id in carded, permit.origin == "legacy",
            service(permit.case.service).base == "short_term", granted is not None and granted < CUTOVER,
        ))  # fmt: skip
    return asked


def _under_way(permits: list[Permit], without: int | None) -> dict[int, str]:
    about = sa.select(FilingSubject.permit_id, Case.number).join(Case, FilingSubject.case_id == Case.id).where(FilingSubject.permit_id.in_([p.id for p in permits]), Case.state.in_((State.DRAFT, *OPEN_STATES)))
    return {row.permit_id: row.number for row in db.session.execute(about.where(Case.id != (without or 0)))}


def _has_card(permit: Permit) -> bool:
    return db.session.scalar(sa.select(Card.id).where(Card.person_id == permit.person_id)) is not None


def unmet(row: Service, asking: Asking, user: Any) -> list[Precondition]:
    """Every condition that does not hold, in the order of the row. Without a permit where one is needed, that alone."""
    if asking.permit is None and row.subject in (Subject.PERMIT, Subject.NOTICE):
        return [p for p in row.preconditions if p.guard.code == "subject"]
    return [p for p in row.preconditions if not p.guard.holds(asking, user)]


def check(row: Service, asking: Asking, user: Any) -> None:
    """Raise Refused with the first condition that does not hold and where to go instead."""
    for failed in unmet(row, asking, user):
        raise Refused(failed.guard.code, N_("%(why)s %(instead)s"), why=Said(failed.guard.otherwise), instead=Said(failed.instead))


def under(code: str, profile: Profile) -> Service:
    """The row that a filing gets under this profile: 换发电子证照 sits inside 变更 where the authority puts it there."""
    row = service(code)
    return service(row.with_card) if row.with_card and profile.card_in_amendment else row


def candidates(row: Service, employer_id: int, text: str = "") -> list[Permit]:
    """The permits of this employer that the service could be about, at most MOST_SHOWN, those that end soonest first.

    `text`: part of a name or number; who is asked for by it is shown also where it cannot be about them, so that the reason is told.
    """
    found = sa.select(Permit).join(Person, Permit.person_id == Person.id).where(Permit.employer_id == employer_id, Permit.state == PermitState.VALID)
    if row.subject in (Subject.NOTICE, Subject.CARD) and not text.strip():
        found = found.where(Permit.origin == "legacy", Permit.claimed.is_(row.subject is Subject.CARD))
    if text := text.strip()[:60]:
        like = f"%{text.upper().replace('%', '').replace('_', '')}%"
        found = found.where(sa.or_((Person.surname + " " + Person.given_names).like(like), Person.permit_number.like(like), Person.passport_no.like(like), Person.chinese_name.like(like)))
    return list(db.session.scalars(found.order_by(Permit.valid_to, Permit.id).limit(MOST_SHOWN).options(joinedload(Permit.case), lazyload(Permit.employer), lazyload(Permit.authority))))


def held_elsewhere(case: Case) -> Permit | None:
    """A permit in force with another employer for the person of this filing, known by nationality and passport. Told to officers, not to who files."""
    if not case.passport_no:
        return None
    same = (Person.passport_no == case.passport_no, Person.nationality == case.nationality, Permit.employer_id != case.employer_id)
    return db.session.scalar(sa.select(Permit).join(Person, Permit.person_id == Person.id).where(*same, Permit.state == PermitState.VALID, Permit.valid_to >= clock.today()).limit(1))


def facts_of(permit: Permit) -> dict[str, Any]:
    """What the permit says now, to be kept with the filing: the rules compare the answers with it."""
    person, asked = permit.person, permit.case.answers.get("application") or {}
    return {
        "permit_id": permit.id, "permit_number": person.permit_number, "physical_card_number": permit.physical_card_number, "class": permit.permit_class,
        "position": permit.position, "position_en": permit.position_en, "occupation": asked.get("occupation") or None, "place": permit.place,
        "valid_from": permit.valid_from.isoformat(), "valid_to": permit.valid_to.isoformat(), "surname": person.surname, "given_names": person.given_names,
        "chinese_name": person.chinese_name, "sex": person.sex, "birth_date": person.birth_date.isoformat(), "nationality": person.nationality, "passport_no": person.passport_no,
        "employer_id": permit.employer_id, "paper_only": not (permit.claimed or _has_card(permit)) and permit.case.decided_at is not None and permit.case.decided_at < CUTOVER,
    }  # fmt: skip


def earlier_of(answers: dict[str, Any], employer_id: int) -> dict[str, Any]:
    """For a change of employer: what is known of the permit given by number, if number and passport belong together. {} tells nothing to who guesses."""
    ground, basic = answers.get("class_ground") or {}, answers.get("basic") or {}
    if not ground.get("previous_permit") or not basic.get("passport_no"):
        return {}
    person = db.session.scalar(sa.select(Person).where(Person.permit_number == str(ground["previous_permit"]), Person.passport_no == basic["passport_no"], Person.nationality == basic.get("nationality")))
    newest = db.session.scalar(sa.select(Permit).where(Permit.person_id == person.id).order_by(Permit.id.desc()).limit(1)) if person else None
    if newest is None:
        return {}
    occupation = (newest.case.answers.get("application") or {}).get("occupation")
    return {"occupation": occupation, "in_force": newest.in_force() and newest.employer_id != employer_id}


def profile_of(authority_id: int) -> Profile:
    """The profile in force at an authority for filings that begin today; the national one where none was laid down."""
    row = db.session.scalar(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == authority_id).order_by(AuthorityProfile.version.desc()).limit(1))
    return row.profile if row else NATIONAL
