"""Who may pull a lever. A person may hold several roles; the case file records the one acted in."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from workflow.engine import N_


class Role(StrEnum):
    HANDLER = "handler"  # 经办人 of an employer
    ACCEPTANCE = "acceptance"  # 受理: preliminary review and acceptance
    EXAMINER = "examiner"  # 审查
    DECIDER = "decider"  # 决定
    WINDOW = "window"  # 窗口: originals, registration help
    EXIT_ENTRY = "exit_entry"  # 出入境
    ADMIN = "admin"  # 管理员 of an authority
    ENTRANT = "entrant"  # the foreigner, at a kiosk or on a phone
    CUTOVER = "cutover"  # the run of 2024-12-01
    SYSTEM = "system"  # clock, printer, importer


STAFF = (Role.ACCEPTANCE, Role.EXAMINER, Role.DECIDER, Role.WINDOW, Role.EXIT_ENTRY, Role.ADMIN)

LABELS = {
    Role.HANDLER: N_("Handler"),
    Role.ACCEPTANCE: N_("Acceptance officer"),
    Role.EXAMINER: N_("Examiner"),
    Role.DECIDER: N_("Decider"),
    Role.WINDOW: N_("Window officer"),
    Role.EXIT_ENTRY: N_("Exit-entry officer"),
    Role.ADMIN: N_("Administrator"),
    Role.ENTRANT: N_("Holder"),
    Role.CUTOVER: N_("Cutover of 1 December 2024"),
    Role.SYSTEM: N_("System"),
}


@dataclass(frozen=True)
class Actor:
    """Somebody who acts without an account: the entrant at a kiosk, the clock, the printer."""

    name: str
    roles: Collection[Role]
    id: int | None = None
    reach_employers: Collection[int] | None = None
    reach_authorities: Collection[int] | None = None
    machine: str = ""  # the kiosk at which the entrant acts


SYSTEM = Actor("system", (Role.SYSTEM,))
ENTRANT = Actor("entrant", (Role.ENTRANT,))
