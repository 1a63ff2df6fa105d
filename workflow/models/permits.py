"""What a grant begins: the person, the permit, papers with their codes, the residence step with its originals, the card."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow import clock
from workflow.card import CardState
from workflow.models.base import Json, Moment, db, enum_of
from workflow.models.casefile import Case, CaseMaterial, StoredFile
from workflow.models.offices import Authority, Employer
from workflow.models.people import User
from workflow.notice import NoticeState
from workflow.papers import Paper
from workflow.permit import PermitState, in_force, standing
from workflow.residence import ResidenceState, Verdict


class Person(db.Model):  # type: ignore[name-defined,misc]
    """A foreigner who holds or held a permit. One person, one permit number, for life."""

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_number: Mapped[str] = mapped_column(sa.String(18), unique=True)
    surname: Mapped[str] = mapped_column(sa.String(80))
    given_names: Mapped[str] = mapped_column(sa.String(120), default="")
    chinese_name: Mapped[str] = mapped_column(sa.String(30), default="")
    sex: Mapped[str] = mapped_column(sa.String(1))
    nationality: Mapped[str] = mapped_column(sa.String(3))
    birth_date: Mapped[date]
    passport_no: Mapped[str] = mapped_column(sa.String(20))
    email: Mapped[str] = mapped_column(sa.String(120), default="")
    mobile: Mapped[str] = mapped_column(sa.String(30), default="")
    locale: Mapped[str] = mapped_column(sa.String(20), default="en")
    photo_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))
    __table_args__ = (sa.UniqueConstraint("nationality", "passport_no"),)

    @property
    def name(self) -> str:
        return f"{self.surname} {self.given_names}".strip()


class Permit(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), unique=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey(Employer.id), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id))
    state: Mapped[PermitState] = mapped_column(enum_of(PermitState), default=PermitState.VALID)
    version: Mapped[int] = mapped_column(default=1)
    permit_class: Mapped[str] = mapped_column(sa.String(1))
    position: Mapped[str] = mapped_column(sa.String(80))
    position_en: Mapped[str] = mapped_column(sa.String(120), default="")
    place: Mapped[str] = mapped_column(sa.String(150))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    issued_on: Mapped[date]
    ended_on: Mapped[date | None]
    unbroken_from: Mapped[date | None]  # first day of uninterrupted permission, where this permit continues an earlier one
    origin: Mapped[str] = mapped_column(sa.String(10), default="portal")  # portal, legacy: taken over from the old system
    legacy_notice_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # the old notification
    physical_card_number: Mapped[str] = mapped_column(sa.String(40), default="")  # the plastic card on file, "" if none
    claimed: Mapped[bool] = mapped_column(default=False)  # a card of the old system was claimed for it
    person: Mapped[Person] = relationship(lazy="joined")
    employer: Mapped[Employer] = relationship(lazy="joined")
    authority: Mapped[Authority] = relationship(lazy="joined")
    case: Mapped[Case] = relationship()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("valid_from <= valid_to", name="period"),
        sa.CheckConstraint("origin IN ('portal', 'legacy')", name="origin"),
        sa.Index("ix_permit_legacy", "authority_id", "claimed", "valid_to", "id", sqlite_where=sa.text("origin = 'legacy'"), postgresql_where=sa.text("origin = 'legacy'")),
        sa.Index("ix_permit_physical_card", "physical_card_number", sqlite_where=sa.text("physical_card_number <> ''"), postgresql_where=sa.text("physical_card_number <> ''")),
        sa.Index("ix_permit_ends", "valid_to", "id", sqlite_where=sa.text("state = 'valid'"), postgresql_where=sa.text("state = 'valid'")),
        sa.Index("ix_permit_roster", "employer_id", "valid_to", "id"),
        sa.Index("uq_permit_live_person", "person_id", unique=True, sqlite_where=sa.text("state = 'valid'"), postgresql_where=sa.text("state = 'valid'")),
    )

    def standing(self, on: date | None = None) -> str:
        return standing(self.state, self.unbroken_from or self.valid_from, self.valid_to, on or clock.today())

    def in_force(self, on: date | None = None) -> bool:
        return in_force(self.state, self.valid_to, on or clock.today())


class FilingSubject(db.Model):  # type: ignore[name-defined,misc]
    """What a filing is about: the permit, and what it said when the filing began (workflow/asking.py). No row: a first filing."""

    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), primary_key=True)
    permit_id: Mapped[int] = mapped_column(sa.ForeignKey(Permit.id), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    case: Mapped[Case] = relationship(back_populates="about")
    permit: Mapped[Permit] = relationship()


class PaperRow(db.Model):  # type: ignore[name-defined,misc]
    """A paper that left the office: its frozen facts, signed once. The PDF is printed from them later and stored once."""

    __tablename__ = "paper"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    permit_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Permit.id), index=True)
    kind: Mapped[Paper] = mapped_column(enum_of(Paper))
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    token: Mapped[bytes] = mapped_column(sa.LargeBinary)
    kid: Mapped[str] = mapped_column(sa.String(40))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[date | None]
    state: Mapped[NoticeState] = mapped_column(enum_of(NoticeState), default=NoticeState.IN_FORCE)
    version: Mapped[int] = mapped_column(default=1)
    changed_on: Mapped[date | None]  # when superseded or cancelled
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("paper.id"))
    pdf_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))
    printed_at: Mapped[datetime | None] = mapped_column(Moment)
    first_download_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case] = relationship(back_populates="papers")
    permit: Mapped[Permit | None] = relationship()
    superseded_by: Mapped["PaperRow | None"] = relationship(remote_side=[id])
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("(pdf_sha256 IS NULL) = (printed_at IS NULL)", name="printed_once"),
        sa.Index(
            "uq_paper_live_notice", "case_id", unique=True,
            sqlite_where=sa.text("kind = 'notification' AND state = 'in_force'"), postgresql_where=sa.text("kind = 'notification' AND state = 'in_force'"),
        ),
    )  # fmt: skip

    @property
    def held_back(self) -> bool:
        """Not handed to the employer yet: the Decision, where the authority releases it after the originals were verified."""
        return self.kind is Paper.DECISION and self.case.decision_waits

    def within_validity(self, on: date | None = None) -> bool:
        return self.valid_until is None or (on or clock.today()) <= self.valid_until


@dataclass(frozen=True)
class Applicant:
    """A joint filing before its grant, asked like the person and the permit that are not there yet."""

    case: Case

    def _said(self, section: str, name: str) -> str:
        return str((self.case.answers.get(section) or {}).get(name) or "")

    def _day(self, section: str, name: str) -> date | None:
        try:
            return date.fromisoformat(self._said(section, name))
        except ValueError:
            return None

    name = property(lambda self: self.case.applicant)
    permit_number = property(lambda self: str((self.case.about.facts if self.case.about else {}).get("permit_number") or ""))
    nationality = property(lambda self: self.case.nationality)
    passport_no = property(lambda self: self.case.passport_no)
    permit_class = property(lambda self: self.case.permit_class)
    chinese_name = property(lambda self: self._said("basic", "chinese_name"))
    birth_date = property(lambda self: self._day("basic", "birth_date"))
    position = property(lambda self: self._said("application", "position"))
    place = property(lambda self: self._said("application", "place_detail"))
    valid_from = property(lambda self: self._day("application", "contract_from"))
    valid_to = property(lambda self: self._day("application", "contract_to"))

    @property
    def photo_sha256(self) -> str | None:
        photo = next((m for m in reversed(self.case.live_materials) if m.kind == "photo" and m.sha256), None)
        if photo is not None:
            return photo.shown_sha256 or photo.sha256
        held = db.session.get(Permit, self.case.about.permit_id) if self.case.about else None
        return held.person.photo_sha256 if held else None


class Residence(db.Model):  # type: ignore[name-defined,misc]
    """Originals at the counter, then the exit-entry office's decision: after entry, or from the filing on where both permits are filed together."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), unique=True)
    permit_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Permit.id), index=True)
    joint: Mapped[bool] = mapped_column(default=False)  # 并联: filed with the work permit, and there from that day on
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id), index=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey(Employer.id))
    state: Mapped[ResidenceState] = mapped_column(enum_of(ResidenceState), default=ResidenceState.AWAITING_ORIGINALS)
    version: Mapped[int] = mapped_column(default=1)
    head: Mapped[str] = mapped_column(sa.String(64), default="")
    events_count: Mapped[int] = mapped_column(default=0)
    entered_on: Mapped[date | None]
    residence_number: Mapped[str] = mapped_column(sa.String(30), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    limit_since: Mapped[date | None]  # the joint limit as it stood when the work permit was granted; until then it is the case's
    limit_used: Mapped[int] = mapped_column(default=0)
    limit_extended: Mapped[int] = mapped_column(default=0)
    case: Mapped[Case] = relationship(back_populates="residence")
    permit: Mapped[Permit | None] = relationship(lazy="joined")
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="residence", order_by="Appointment.id")  # type: ignore[name-defined]  # noqa: F821
    originals: Mapped[list["Original"]] = relationship(back_populates="residence", order_by="Original.id")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("state NOT IN ('residence_granted', 'residence_refused') OR decided_at IS NOT NULL", name="decided"),
        sa.CheckConstraint("permit_id IS NOT NULL OR (joint AND state <> 'residence_granted')", name="permit_from_the_grant_on"),
        sa.CheckConstraint("joint OR state NOT IN ('travelling', 'appointment_due', 'appointed', 'ended_with_filing')", name="joint_stages"),
    )
    subject_kind = "residence"

    @property
    def holder(self) -> "Person | Applicant":
        """Whose it is: the person on file, or before the grant the applicant as filed."""
        return self.permit.person if self.permit else Applicant(self.case)

    @property
    def terms(self) -> "Permit | Applicant":
        """Class, position, place and period: of the permit, or before the grant as applied for."""
        return self.permit or Applicant(self.case)

    @property
    def appointment(self) -> Any:
        """The appointment that stands, None without one."""
        return next((a for a in self.appointments if a.ended_at is None), None)

    @property
    def appointment_moved(self) -> bool:
        return bool(self.appointment and self.appointment.moved)

    @property
    def appointment_ahead(self) -> bool:
        return self.appointment is not None and self.appointment.slot.day > clock.today()

    @property
    def appointment_missed(self) -> bool:
        return self.appointment is not None and self.appointment.slot.day < clock.today()

    @property
    def proof(self) -> str:
        """Which proof stands today: "notice" (valid three months), "permit_page" (registered card, permit in force), "together" (granted in the same filing) or ""."""
        if self.permit is None or not self.permit.in_force():
            return ""
        within = sa.or_(PaperRow.valid_until.is_(None), PaperRow.valid_until >= clock.today())
        notice = sa.exists().where(PaperRow.permit_id == self.permit_id, PaperRow.kind == Paper.NOTIFICATION, PaperRow.state == NoticeState.IN_FORCE, within)
        card = sa.exists().where(Card.person_id == self.permit.person_id, Card.state == CardState.ACTIVE)
        by_notice, by_card = db.session.execute(sa.select(notice, card)).one()
        return "notice" if by_notice else "permit_page" if by_card else "together" if self.joint else ""

    @property
    def proof_stands(self) -> bool:
        return bool(self.proof)

    @property
    def all_originals_seen(self) -> bool:
        return bool(self.originals) and all(o.verdict is Verdict.SEEN for o in self.originals)

    @property
    def wanting(self) -> list["Original"]:
        return [o for o in self.originals if o.verdict in (Verdict.DIFFERS, Verdict.MISSING)]


class Original(db.Model):  # type: ignore[name-defined,misc]
    """One line of the counter's checklist, bound to the hash of the upload it was compared with."""

    id: Mapped[int] = mapped_column(primary_key=True)
    residence_id: Mapped[int] = mapped_column(sa.ForeignKey(Residence.id), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    material_id: Mapped[int | None] = mapped_column(sa.ForeignKey(CaseMaterial.id))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    verdict: Mapped[Verdict | None] = mapped_column(enum_of(Verdict))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    residence: Mapped[Residence] = relationship(back_populates="originals")
    material: Mapped[CaseMaterial | None] = relationship()
    __table_args__ = (sa.UniqueConstraint("residence_id", "kind"),)


class Card(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), unique=True)
    state: Mapped[CardState] = mapped_column(enum_of(CardState), default=CardState.ACTIVE)
    version: Mapped[int] = mapped_column(default=1)
    head: Mapped[str] = mapped_column(sa.String(64), default="")
    events_count: Mapped[int] = mapped_column(default=0)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    security_number: Mapped[str] = mapped_column(sa.String(18), unique=True)
    registered_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[Person] = relationship(lazy="joined")
    __mapper_args__ = {"version_id_col": version}
    subject_kind = "card"

    @property
    def authority_id(self) -> int | None:
        """Whose window may lock and unlock it: that of the newest permit."""
        return self.permit.authority_id if self.permit else None

    @property
    def permit(self) -> Permit | None:
        """The permit on the card's page: the newest electronic one of the person, whatever became of it. One of the old system is not on it."""
        return db.session.scalar(sa.select(Permit).where(Permit.person_id == self.person_id, Permit.origin == "portal").order_by(Permit.id.desc()).limit(1))

    @property
    def permit_in_force(self) -> bool:
        permit = self.permit
        return permit is not None and permit.in_force()


class CardDevice(db.Model):  # type: ignore[name-defined,misc]
    """A phone on which the holder has proven a one-time code."""

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey(Card.id), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class ShownCode(db.Model):  # type: ignore[name-defined,misc]
    """The code under 亮证: one minute, one scan, then worthless."""

    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey(Card.id), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeCode(db.Model):  # type: ignore[name-defined,misc]
    """A code sent to the entrant, or handed out by a window officer who has seen the passport."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(40), index=True)  # "paper:17", "card:4"
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    by_window: Mapped[bool] = mapped_column(default=False)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Visit(db.Model):  # type: ignore[name-defined,misc]
    """Somebody at a kiosk or on an own phone. The cookie holds only the id; everything known of the visit stands here, and ends with it."""

    id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    policy: Mapped[str] = mapped_column(sa.String(10))  # kiosk, phone
    machine_id: Mapped[int | None] = mapped_column(sa.ForeignKey("machine.id"))
    locale: Mapped[str] = mapped_column(sa.String(20), default="")
    paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey(PaperRow.id))
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Card.id))
    stage: Mapped[str] = mapped_column(sa.String(20), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
