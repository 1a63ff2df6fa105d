"""Every service on the menu, a row each: its doors, what it asks, what it needs, what leaves the office when it is granted.

The grammar is in grammar.py, first filings in filings.py, what follows on a permit in later.py, rows filed together with the residence permit in joint.py.
"""

from workflow.materials import Material
from workflow.services.filings import NEW_DOMESTIC, NEW_OVERSEAS, SHORT_TERM
from workflow.services.grammar import Effect, Menu, Needed, Precondition, Service, Subject
from workflow.services.joint import AMENDMENT_JOINT, EXTENSION_JOINT, NEW_DOMESTIC_JOINT
from workflow.services.later import AMENDMENT, AMENDMENT_CARD, CANCELLATION, CANCELLATION_PAPER, EXTENSION, REISSUE_ELECTRONIC, REISSUE_NOTIFICATION
from workflow.services.menus import MENU_LONG_TERM, MENUS

__all__ = ["MENUS", "MENU_LONG_TERM", "SERVICES", "Effect", "Menu", "Needed", "Precondition", "Service", "Subject", "counter_checklist", "doors", "service"]

SERVICES: dict[str, Service] = {
    s.code: s
    for s in (
        NEW_OVERSEAS, NEW_DOMESTIC, SHORT_TERM, EXTENSION, AMENDMENT, CANCELLATION, REISSUE_ELECTRONIC, REISSUE_NOTIFICATION,
        NEW_DOMESTIC_JOINT, EXTENSION_JOINT, AMENDMENT_CARD, AMENDMENT_JOINT, CANCELLATION_PAPER,
    )
}  # fmt: skip


def service(code: str) -> Service:
    return SERVICES[code]


def doors(menu: str) -> list[Service]:
    """The rows that stand under an entry of the menu, without the variants that an authority's profile puts in their place."""
    return [row for row in SERVICES.values() if row.menu == menu and not row.stands_for]


def counter_checklist(row: Service, attached: set[str], committed: set[str]) -> list[Material]:
    """The originals a window officer asks for: what was uploaded, and what a class A person committed to is excused (health never is)."""
    due = []
    for needed in row.materials:
        material = needed.material
        if not material.original or (material.code in committed and material.commit):
            continue
        if material.code in attached or material.code in committed or needed.always:
            due.append(material)
    return due
