"""The tables. Every constraint that the law of the house knows is a constraint of the database too."""

from workflow.models.appointments import Appointment, AppointmentSlot
from workflow.models.base import Base, db, prepare_engine, writing
from workflow.models.casefile import Case, CaseFinding, CaseMaterial, Checked, Defect, Event, StoredFile
from workflow.models.cutover import CutoverFile, CutoverLine, CutoverRejection, CutoverRun
from workflow.models.holders import CardOverride, HolderReport
from workflow.models.links import PhotoLink
from workflow.models.machines import Machine
from workflow.models.offices import AgentAuthority, Authority, AuthorityProfile, CalendarDay, Employer, RegistryEntry
from workflow.models.people import Throttle, User, UserRole, WebSession
from workflow.models.permits import Card, CardDevice, FilingSubject, OneTimeCode, Original, PaperRow, Permit, Person, Residence, ShownCode, Visit
from workflow.models.traffic import ActKey, Message, Outbox, Series

__all__ = [
    "ActKey", "AgentAuthority", "Appointment", "AppointmentSlot", "Authority", "AuthorityProfile", "Base", "CalendarDay", "Card", "CardDevice", "CardOverride", "Case", "CaseFinding", "CaseMaterial", "Checked", "CutoverFile",
    "CutoverLine", "CutoverRejection", "CutoverRun", "Defect", "Employer", "Event", "FilingSubject", "HolderReport", "Machine", "Message", "OneTimeCode", "Original", "Outbox", "PaperRow",
    "Permit", "Person", "PhotoLink", "RegistryEntry", "Residence", "Series", "ShownCode", "StoredFile", "Throttle", "User", "UserRole", "Visit", "WebSession",
    "db", "prepare_engine", "writing",
]  # fmt: skip
