"""What one authority promises and arranges differently from another. Data: the tables hold versions of it, a running case keeps its own.

Sources: domain.md 2.2 (limits), 2.4 (release of the decision), 4 (windows of days), 9.2 and seed 002 question 4 (Shenzhen's window 50).
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from workflow.clock import Limit

NATIONAL_LIMITS = {
    "preliminary": Limit(5, 5),
    "acceptance": Limit(2, 5),
    "decision": Limit(10, 20),
    "correction": Limit(10, 30),
    "employer": Limit(3, 5),
}


@dataclass(frozen=True)
class Profile:
    """`originals`: when they are seen, "at_residence" (Shenzhen) or "before_acceptance"; `release`: "on_approval" or "after_verification"."""

    code: str = "national"
    limits: dict[str, Limit] = field(default_factory=lambda: dict(NATIONAL_LIMITS))
    originals: str = "at_residence"
    release: str = "on_approval"
    contract_start_days: int = 90
    registration_while: str = "permit"  # the notice's three months do not close registration; the permit does
    window_zh: str = ""
    window_en: str = ""
    phone: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Profile":
        limits = {kind: Limit(**limit) for kind, limit in data.get("limits", {}).items()}
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__ and k != "limits"}
        return cls(**known, limits={**NATIONAL_LIMITS, **limits})


NATIONAL = Profile(phone="010-84233515")
SHENZHEN = Profile(
    code="shenzhen",
    limits={**NATIONAL_LIMITS, "preliminary": Limit(3, 5), "decision": Limit(7, 20)},
    window_zh="深圳市福田区福中三路市民中心行政服务大厅东厅 50 号窗口",
    window_en="Window 50, East Hall, Administrative Service Hall, Civic Centre, Fuzhong 3rd Road, Futian District, Shenzhen",
    phone="0755-88121678",
)
PROFILES = {p.code: p for p in (NATIONAL, SHENZHEN)}
