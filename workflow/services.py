"""Every service on the menu, a row each: its doors, what it asks, what it needs, what leaves the office when it is granted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow import questions as q
from workflow.engine import N_
from workflow.fields import Section
from workflow.materials import MATERIALS, Material
from workflow.papers import Paper as P


@dataclass(frozen=True, slots=True)
class Needed:
    """One material in a service's list. `when` is (section, field, values) under which it is needed; otherwise it may be added."""

    code: str
    required: bool = True
    when: tuple[str, str, tuple[str, ...]] | None = None

    @property
    def material(self) -> Material:
        return MATERIALS[self.code]

    def due(self, answers: Mapping[str, Any]) -> bool:
        if self.when is None:
            return self.required
        section, field, values = self.when
        held = answers.get(section) or {}
        if isinstance(held, list):
            return bool(held) if field == "*" else any(row.get(field) in values for row in held)
        return held.get(field) in values


@dataclass(frozen=True, slots=True)
class Service:
    """`menu` is the entry it stands under, `door` its name inside; `stages` are its limits' keys in the authority's profile."""

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

    def section(self, code: str) -> Section | None:
        return next((s for s in self.all_sections if s.code == code), None)

    @property
    def all_sections(self) -> tuple[Section, ...]:
        return self.sections + self.attachment_sections

    def needed(self, code: str) -> Needed | None:
        return next((n for n in self.materials if n.code == code), None)


MENU_LONG_TERM = "long_term"
MENUS = {MENU_LONG_TERM: ("申请外国人来华工作许可（90日以上）", N_("Work permit of more than 90 days"))}

# fmt: off
NEW_OVERSEAS = Service(
    "new_overseas", MENU_LONG_TERM, "境外提交外国人来华工作许可", N_("Filed from overseas"),
    sections=(q.CLASS_GROUND, q.BASIC, q.APPLICATION, q.EDUCATION, q.WORK, q.FAMILY),
    attachment_sections=(q.CONTRACT,),
    materials=(
        Needed("application_form"), Needed("passport_page"), Needed("photo"), Needed("contract"),
        Needed("experience"), Needed("degree"), Needed("no_crime"), Needed("health"),
        Needed("talent_proof", when=("class_ground", "ground", q.GROUNDS_WITH_PROOF)),
        Needed("family_proof", when=("family", "accompanying", ("yes",))),
        Needed("authorisation", required=False), Needed("other", required=False),
    ),
    on_grant=(P.DECISION, P.NOTIFICATION),
    who=N_("An employer with a confirmed account, for a foreigner who is outside the mainland of China and will work here for more than 90 days."),
    brings=N_("Passport, photograph, Chinese contract whose first day lies within 90 days of filing, degree and experience, no-crime certificate, health commitment."),
    after=N_("The employer downloads the Notification and the Decision; after entry the holder scans the code on the Notification and registers the electronic card. There is no further step to claim a card."),
    overseas=True,
)
# fmt: on
SERVICES: dict[str, Service] = {s.code: s for s in (NEW_OVERSEAS,)}


def service(code: str) -> Service:
    return SERVICES[code]


def counter_checklist(row: Service, attached: set[str], committed: set[str]) -> list[Material]:
    """The originals a window officer asks for: what was uploaded, and what a class A person committed to is excused (health never is)."""
    due = []
    for needed in row.materials:
        material = needed.material
        if not material.original or (material.code in committed and material.commit):
            continue
        if material.code in attached or material.code in committed or needed.required and needed.when is None:
            due.append(material)
    return due
