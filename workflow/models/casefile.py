"""The case: its row, its materials, findings and defects, and the line of the case file that every act leaves."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow import clock, filing
from workflow.application import CORRECTING, State
from workflow.checking import Surroundings
from workflow.clock import Running
from workflow.fields import Problem
from workflow.models.base import Json, Moment, db, enum_of
from workflow.models.offices import Authority, AuthorityProfile, Employer
from workflow.models.people import User
from workflow.profiles import AFTER_VERIFICATION, BEFORE_ACCEPTANCE, Profile
from workflow.residence import SEEN
from workflow.roles import Role
from workflow.services import service


class StoredFile(db.Model):  # type: ignore[name-defined,misc]
    """A file by its content: named after its SHA-256, so the same bytes are kept once and a changed byte shows."""

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime] = mapped_column(Moment)
    scan: Mapped[str] = mapped_column(sa.String(12), default="unscanned")  # unscanned (no antivirus is set up), held, clean, infected: workflow/quarantine.py
    scanned_at: Mapped[datetime | None] = mapped_column(Moment)


class Case(db.Model):  # type: ignore[name-defined,misc]
    """A filing and everything that becomes of it, up to the decision. What is asked and answered lies in `answers`, by section and field."""

    __tablename__ = "permit_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(30), unique=True)
    service: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[State] = mapped_column(enum_of(State), default=State.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey(Employer.id), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey(Authority.id), index=True)
    profile_id: Mapped[int] = mapped_column(sa.ForeignKey(AuthorityProfile.id))
    handler_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    applicant: Mapped[str] = mapped_column(sa.String(200), default="")  # "SURNAME GIVEN NAMES", for lists and search
    nationality: Mapped[str] = mapped_column(sa.String(3), default="")
    passport_no: Mapped[str] = mapped_column(sa.String(20), default="", index=True)
    permit_class: Mapped[str] = mapped_column(sa.String(1), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    examined_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    extended_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    limit_kind: Mapped[str | None] = mapped_column(sa.String(20))
    limit_since: Mapped[date | None]
    limit_used: Mapped[int] = mapped_column(default=0)
    limit_extended: Mapped[int] = mapped_column(default=0)
    limit_held: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]  # the promised day, kept for sorting queues
    head: Mapped[str] = mapped_column(sa.String(64), default="")
    events_count: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str] = mapped_column(sa.String(10), default="portal")  # portal, legacy: taken over from the old system
    legacy_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # its number there

    employer: Mapped[Employer] = relationship(foreign_keys=[employer_id])
    authority: Mapped[Authority] = relationship(foreign_keys=[authority_id])
    profile_row: Mapped[AuthorityProfile] = relationship()
    handler: Mapped[User] = relationship(foreign_keys=[handler_id])
    examined_by: Mapped[User | None] = relationship(foreign_keys=[examined_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])
    materials: Mapped[list["CaseMaterial"]] = relationship(back_populates="case", order_by="CaseMaterial.id")
    defects: Mapped[list["Defect"]] = relationship(back_populates="case", order_by="Defect.id")
    findings: Mapped[list["CaseFinding"]] = relationship(back_populates="case", order_by="CaseFinding.id")
    ticks: Mapped[list["Checked"]] = relationship(back_populates="case", order_by="Checked.id")
    about: Mapped["FilingSubject | None"] = relationship(back_populates="case", uselist=False)  # type: ignore[name-defined]  # noqa: F821
    residence: Mapped["Residence | None"] = relationship(back_populates="case", uselist=False)  # type: ignore[name-defined]  # noqa: F821
    papers: Mapped[list["PaperRow"]] = relationship(back_populates="case", order_by="PaperRow.id")  # type: ignore[name-defined]  # noqa: F821

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("state NOT IN ('granted', 'refused') OR decided_at IS NOT NULL", name="decided_cases_have_decider"),
        sa.CheckConstraint("examined_by_id IS NULL OR decided_by_id IS NULL OR examined_by_id <> decided_by_id", name="four_eyes"),
        sa.CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="filed_cases_have_a_day"),
        sa.CheckConstraint("origin IN ('portal', 'legacy')", name="origin"),
        sa.Index("ix_case_queue", "authority_id", "state", "due_on", "id"),
        sa.Index("ix_case_mine", "employer_id", "state", "id"),
    )
    subject_kind = "case"

    # What the guards ask. Each answers from rows already at hand; the desk refreshes them inside its transaction.
    @property
    def profile(self) -> Profile:
        row = service(self.service)
        return self.profile_row.profile.of(row.base).of(row.code)

    @property
    def on_paper(self) -> bool:
        """Taken in on paper by the window officer, who completes it."""
        return service(self.service).open_to == (Role.WINDOW,)

    @property
    def live_materials(self) -> list["CaseMaterial"]:
        return [m for m in self.materials if m.replaced_at is None]

    @property
    def open_defects(self) -> list["Defect"]:
        """Marked by the officer and not yet cleared: what the next return will tell."""
        return [d for d in self.defects if d.state in ("marked",)]

    @property
    def told_defects(self) -> list["Defect"]:
        """Told to the employer in the last return; just these may be edited while the case is back."""
        return [d for d in self.defects if d.state in ("told", "answered")]

    @property
    def unanswered_defects(self) -> list["Defect"]:
        return [d for d in self.defects if d.state == "told"]

    @property
    def filing_day(self) -> date:
        """The day the answers are measured against: today for a draft, afterwards the day it was filed, so that waiting makes nothing wrong."""
        return self.submitted_at.astimezone(clock.BEIJING).date() if self.submitted_at else clock.today()

    @property
    def compared_with(self) -> dict[str, Any]:
        """What the permit said when the filing began; of a change of employer, what is known of the permit named by its number."""
        if self.about is not None:
            return self.about.facts
        from workflow.asking import earlier_of

        return earlier_of(self.answers, self.employer_id)

    @property
    def faults(self) -> list[Problem]:
        """Answers, contract and dates that cannot be filed as they are. A scan waiting for the antivirus stops nobody whose sealed paper the window has in hand."""
        handler = self.handler
        around = Surroundings(self.filing_day, handler.email, handler.phone, self.employer.phone, self.compared_with, self.profile)
        found = filing.faults(service(self.service), self.answers, self.live_materials, around, self.profile.contract_start_days)
        return [p for p in found if not (self.on_paper and p.msgid == filing.HELD)]

    @property
    def missing(self) -> list[Problem]:
        """Required answers and materials that are not there."""
        return filing.missing(service(self.service), self.answers, self.live_materials)

    @property
    def refused_files(self) -> list["CaseFinding"]:
        """Findings of files that cannot be filed."""
        return [f for f in self.findings if f.level == "reject" and f.is_live]

    @property
    def blocking(self) -> list:
        """What cannot be filed: faults, refused files, and in a case that came back also what was emptied there."""
        found = [*self.faults, *(self.missing if self.state in CORRECTING else ())]
        return [*self.refused_files, *(p for p in found if self.origin == "portal" or self._told(p))]

    def _told(self, wrong: Problem) -> bool:
        """Was just this told to the employer? A case of the old system is asked for no more than that: what it had passed there is not asked again."""
        told = {d.target.removeprefix("answers:").replace("material:", "material.") for d in self.told_defects}
        return any(wrong.target == t or wrong.target.startswith(f"{t}.") or t.startswith(f"{wrong.target}.") for t in told)

    @property
    def originals_seen_where_due(self) -> bool:
        """Before acceptance where the authority sees them then, and always where both permits are filed together."""
        if self.residence is not None and self.residence.joint:
            return self.residence.state in SEEN
        return not self.originals_to_see

    @property
    def brings_originals(self) -> bool:
        """Whether originals belong to this filing alone: class A hands in none, unless its ground is a salary commitment (domain.md 9.3, 12)."""
        row, ground = service(self.service), (self.answers.get("class_ground") or {}).get("ground")
        return row.residence and not row.is_joint and (self.permit_class != "A" or ground == "A_salary")

    @property
    def originals_to_see(self) -> bool:
        """Where the authority sees the originals before acceptance: not seen yet, or corrected since they were seen."""
        if self.profile.originals != BEFORE_ACCEPTANCE or not self.brings_originals:
            return False
        known = getattr(self, "_originals_known", None)  # a page asks more than once; every act makes another version
        if known and known[0] == self.version:
            return bool(known[1])
        last = sa.select(Event.trigger).where(Event.subject == "case", Event.subject_id == self.id, Event.trigger.in_(("see_originals", "resubmit"))).order_by(Event.seq.desc()).limit(1)
        self._originals_known = (self.version, db.session.scalar(last) != "see_originals")
        return self._originals_known[1]

    @property
    def decision_waits(self) -> bool:
        """Where the authority releases the Decision after the originals were verified: they have not been (domain.md 2.4)."""
        if self.profile.release != AFTER_VERIFICATION or not self.brings_originals:
            return False
        return self.residence is None or self.residence.state not in SEEN

    @property
    def running(self) -> Running:
        return Running(self.limit_kind, self.limit_since, self.limit_used, self.limit_extended, self.limit_held)

    @running.setter
    def running(self, value: Running) -> None:
        self.limit_kind, self.limit_since, self.limit_used = value.kind, value.since, value.used
        self.limit_extended, self.limit_held = value.extended, value.held


class CaseMaterial(db.Model):  # type: ignore[name-defined,misc]
    """One file (or one written commitment, without a file) under one kind of material. Replaced ones stay, marked."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))
    shown_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))  # the cleaned copy that is shown and served
    preview_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))  # JPEG of the first page, at most 960 px
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    pages: Mapped[int] = mapped_column(default=0)
    committed: Mapped[bool] = mapped_column(default=False)
    issued_on: Mapped[date | None]
    authentication: Mapped[str] = mapped_column(sa.String(20), default="")  # how a foreign paper was authenticated: workflow/paper_rules.py
    translation: Mapped[str] = mapped_column(sa.String(12), default="")  # chinese, attached: workflow/paper_rules.py
    attached_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    attached_at: Mapped[datetime] = mapped_column(Moment)
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)
    round: Mapped[int] = mapped_column(default=0)  # how many returns had happened when it came
    look_state: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")  # of the check of its content: none, waiting, done
    look_version: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    look: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what the check measured or read (workflow/intake/looks.py)
    map_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))
    crop_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))
    offer_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey(StoredFile.sha256))  # a better photo, offered and not chosen yet
    case: Mapped[Case] = relationship(back_populates="materials")
    stored: Mapped[StoredFile | None] = relationship(foreign_keys=[sha256])
    shown: Mapped[StoredFile | None] = relationship(foreign_keys=[shown_sha256])
    __table_args__ = (
        sa.CheckConstraint("sha256 IS NOT NULL OR committed", name="file_or_commitment"),
        sa.CheckConstraint("look_state IN ('', 'waiting', 'done')", name="look_state"),
    )


class CaseFinding(db.Model):  # type: ignore[name-defined,misc]
    """What a check found: where, which rule, the sentence with measured value and limit, and how grave."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    material_id: Mapped[int | None] = mapped_column(sa.ForeignKey(CaseMaterial.id))
    target: Mapped[str] = mapped_column(sa.String(80))
    code: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[str] = mapped_column(sa.String(10))
    msgid: Mapped[str] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    measured: Mapped[str] = mapped_column(sa.String(80), default="")
    limit: Mapped[str] = mapped_column(sa.String(80), default="")
    check_version: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")  # "photo 2026-11-22" where a check of the content found it
    mark: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")  # over file, check, version, sentence and values: the same is found once
    found_at: Mapped[datetime] = mapped_column(Moment)
    case: Mapped[Case] = relationship(back_populates="findings")
    material: Mapped[CaseMaterial | None] = relationship()
    __table_args__ = (sa.UniqueConstraint("case_id", "material_id", "target", "code", "mark"), sa.CheckConstraint("level IN ('reject', 'review', 'warn')", name="level"))

    @property
    def is_live(self) -> bool:
        return self.material is None or self.material.replaced_at is None


class Defect(db.Model):  # type: ignore[name-defined,misc]
    """Something wrong, tied to a field ("answers:section.field", "answers:section") or a material ("material:kind").

    marked (by the officer, not told yet) → told (in a return) → answered (by the employer) → cleared; or struck by the officer before telling.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    target: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(10), default="marked")
    round: Mapped[int] = mapped_column(default=0)
    before: Mapped[Any | None] = mapped_column(Json)  # what stood there when it was told, for old → new
    marked_by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    marked_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[Case] = relationship(back_populates="defects")
    __table_args__ = (sa.CheckConstraint("state IN ('marked', 'told', 'answered', 'cleared', 'struck')", name="state"),)


class Checked(db.Model):  # type: ignore[name-defined,misc]
    """An officer's tick beside a line of a filing: looked at and in order, after `round` returns. One a target, the newest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey(Case.id), index=True)
    target: Mapped[str] = mapped_column(sa.String(80))
    round: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    at: Mapped[datetime] = mapped_column(Moment)
    case: Mapped[Case] = relationship(back_populates="ticks")
    __table_args__ = (sa.UniqueConstraint("case_id", "target"),)


class Event(db.Model):  # type: ignore[name-defined,misc]
    """One line in a case file: who, in which role, when, what, from → to. Appended only, each line sealed over the one before."""

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(20))  # case, employer, residence, card
    subject_id: Mapped[int]
    seq: Mapped[int]
    from_version: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Case.id), index=True)  # whose timeline shows it
    trigger: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[Role] = mapped_column(enum_of(Role, "event_role"))
    at: Mapped[datetime] = mapped_column(Moment)
    from_state: Mapped[str] = mapped_column(sa.String(40), default="")
    to_state: Mapped[str] = mapped_column(sa.String(40), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    previous: Mapped[str] = mapped_column(sa.String(64), default="")
    hash: Mapped[str] = mapped_column(sa.String(64))
    __table_args__ = (
        sa.UniqueConstraint("subject", "subject_id", "seq"),
        sa.UniqueConstraint("subject", "subject_id", "from_version"),
    )
