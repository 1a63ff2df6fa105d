"""What one authority promises and arranges differently from another. Data: the tables hold versions of it, a running case keeps its own.

Sources: domain.md 2.2 (limits), 2.4 (release of the decision), 4 (windows of days), 9.2 and seed 002 question 4 (Shenzhen's window 50).
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from workflow.clock import Limit

NATIONAL_LIMITS = {
    "preliminary": Limit(5, 5),
    "acceptance": Limit(2, 5),
    "decision": Limit(10, 20),
    "correction": Limit(10, 30),
    "employer": Limit(3, 5),
}
# Months for which a permit is given at most, by class: A five years, B two (domain.md 4, Beijing's guide); C one year, from general knowledge.
PERMIT_MONTHS = {"A": 60, "B": 24, "C": 12}
BEFORE_ACCEPTANCE, AFTER_VERIFICATION = "before_acceptance", "after_verification"
JOINT = Limit(7, 20)  # both permits, from acceptance (domain.md 9.2; product.md Z5)
# Of one service, in place of the general limit (domain.md 2.2).
NATIONAL_SERVICE_LIMITS = {"short_term": {"decision": Limit(5, 20)}, **{code: {"decision": JOINT} for code in ("new_domestic_joint", "extension_joint", "amendment_joint")}}


@dataclass(frozen=True)
class Profile:
    """`originals`: when they are seen, "at_residence" (Shenzhen) or "before_acceptance"; `release`: "on_approval" or "after_verification"."""

    code: str = "national"
    limits: dict[str, Limit] = field(default_factory=lambda: dict(NATIONAL_LIMITS))
    originals: str = "at_residence"
    release: str = "on_approval"
    contract_start_days: int = 90
    extension_earliest: int = 120  # days before the last day of the permit between which an extension is filed
    extension_latest: int = 30
    report_days: int = 10  # working days after a change, or after the end of employment
    short_ages: tuple[int, int] = (18, 60)
    age_warned: int = 60  # class B: told to the officer, not refused
    permit_months: dict[str, int] = field(default_factory=lambda: dict(PERMIT_MONTHS))  # a contract may be longer; the permit is extended then
    joint: bool = False  # 并联: one filing for work permit and residence permit
    card_in_amendment: bool = False  # 换发电子证照 as a question at the end of 变更 → 基本信息
    service_limits: dict[str, dict[str, Limit]] = field(default_factory=lambda: dict(NATIONAL_SERVICE_LIMITS))
    registration_while: str = "permit"  # the notice's three months do not close registration; the permit does
    window_zh: str = ""
    window_en: str = ""
    phone: str = ""

    def of(self, service: str) -> "Profile":
        """The profile with the limits of this service in the place of the general ones."""
        special = self.service_limits.get(service)
        return replace(self, limits={**self.limits, **special}) if special else self

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Profile":
        limits = {kind: Limit(**limit) for kind, limit in data.get("limits", {}).items()}
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__ and k != "limits"}
        known["short_ages"] = tuple(known.get("short_ages", cls.short_ages))
        special = {code: {kind: Limit(**limit) for kind, limit in kinds.items()} for code, kinds in data.get("service_limits", {}).items()}
        known["permit_months"] = {**PERMIT_MONTHS, **known.get("permit_months", {})}
        return cls(**{k: v for k, v in known.items() if k != "service_limits"}, limits={**NATIONAL_LIMITS, **limits}, service_limits={**NATIONAL_SERVICE_LIMITS, **special})


NATIONAL = Profile(phone="010-84233515")
SHENZHEN = Profile(
    code="shenzhen",
    joint=True,
    card_in_amendment=True,
    limits={**NATIONAL_LIMITS, "decision": Limit(7, 20)},
    window_zh="深圳市福田区福中三路市民中心行政服务大厅东厅 50 号窗口",
    window_en="Window 50, East Hall, Administrative Service Hall, Civic Centre, Fuzhong 3rd Road, Futian District, Shenzhen",
    phone="0755-88121678",
)
PROFILES = {p.code: p for p in (NATIONAL, SHENZHEN)}
