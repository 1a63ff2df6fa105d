"""The grammar of a service: one row says its door, what it asks and needs, who may begin it, and what a grant makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.engine import Guard
from workflow.fields import Section
from workflow.materials import MATERIALS, Material
from workflow.papers import Paper as P
from workflow.roles import Role

Held = tuple[str, str, tuple[str, ...]]  # (section, field, values)


def _holds(condition: Held, answers: Mapping[str, Any]) -> bool:
    section, field, values = condition
    held = answers.get(section) or {}
    if isinstance(held, list):
        return bool(held) if field == "*" else any(row.get(field) in values for row in held)
    return held.get(field) in values


@dataclass(frozen=True, slots=True)
class Needed:
    """One material in a service's list. `when`: the answer under which it is needed, otherwise it may be added. `unless`: answers that together waive it."""

    code: str
    required: bool = True
    when: Held | None = None
    unless: tuple[Held, ...] = ()

    @property
    def material(self) -> Material:
        return MATERIALS[self.code]

    @property
    def always(self) -> bool:
        return self.required and self.when is None and not self.unless

    def due(self, answers: Mapping[str, Any]) -> bool:
        if self.unless and all(_holds(c, answers) for c in self.unless):
            return False
        return self.required if self.when is None else _holds(self.when, answers)


class Subject(StrEnum):
    """What a filing is about."""

    NONE = "none"
    PERMIT = "permit"  # a permit that this employer holds for somebody
    NOTICE = "notice"  # a notification of the old system whose card was never claimed
    CARD = "card"  # a physical card of the old system, on file or named by its number


class Effect(StrEnum):
    """What a grant makes of the permit."""

    NEW = "new"
    EXTEND = "extend"
    AMEND = "amend"
    CANCEL = "cancel"
    REISSUE = "reissue"


@dataclass(frozen=True, slots=True)
class Precondition:
    """A condition on (asking, user) before a filing begins; `instead` says where to go when it does not hold, `service` which row that is."""

    guard: Guard
    instead: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the left menu. `lede` stands under its title."""

    code: str
    official: str
    label: str
    icon: str
    lede: str

    @property
    def path(self) -> str:
        return self.code.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Service:
    """`menu` is the entry it stands under, `label` its door inside; `rules` name checks in workflow/checking.py beyond those of its sections.

    `contract`: "abroad" (begins within 90 days of filing), "here" (the officer compares), "" (no contract).
    `joint` is the row filed together with the residence permit, `joint_refused` why there is none; `with_card` the row that takes its place
    where the authority puts 换发电子证照 inside it; `stands_for` the row of the menu that a variant belongs to.
    `decided_in` and `residence`: key of its limits in the profile, and whether a grant begins the residence step.
    """

    code: str
    menu: str
    official: str
    label: str
    sections: tuple[Section, ...]
    attachment_sections: tuple[Section, ...]
    materials: tuple[Needed, ...]
    on_grant: tuple[P, ...]
    who: str = ""
    brings: str = ""
    after: str = ""
    overseas: bool = False
    subject: Subject = Subject.NONE
    effect: Effect = Effect.NEW
    preconditions: tuple[Precondition, ...] = ()
    prefill: tuple[str, ...] = ()
    defaults: tuple[tuple[str, str, str], ...] = ()  # (section, field, value) of a fresh draft
    rules: tuple[str, ...] = ()
    contract: str = ""
    residence: bool = False
    tabs: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (title, sections), where pages are not one section each
    open_to: tuple[Role, ...] = (Role.HANDLER,)
    joint: str = ""
    joint_refused: str = ""
    with_card: str = ""
    stands_for: str = ""
    granted_says: str = ""
    granted_says_entrant: str = ""

    def section(self, code: str) -> Section | None:
        return next((s for s in self.all_sections if s.code == code), None)

    @property
    def pages(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The pages of the form in order: (title, codes of the sections that stand on it)."""
        return self.tabs or tuple((s.title, (s.code,)) for s in self.sections)

    @property
    def all_sections(self) -> tuple[Section, ...]:
        return self.sections + self.attachment_sections

    def needed(self, code: str) -> Needed | None:
        return next((n for n in self.materials if n.code == code), None)

    @property
    def is_joint(self) -> bool:
        return any(s.code == "residence" for s in self.sections)

    @property
    def base(self) -> str:
        """The row of the menu this one belongs to: limits and statistics go by it."""
        return self.stands_for or self.code
