"""Which papers exist: what each is called, how it is numbered, and whether strangers may check it."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.engine import N_


class Paper(StrEnum):
    FILING_RECEIPT = "filing_receipt"
    ONE_TIME_NOTICE = "one_time_notice"
    CORRECTION = "correction"
    ACCEPTANCE = "acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    RETURN_NOTE = "return_note"
    TIME_EXTENSION = "time_extension"
    DECISION = "decision"
    NOTIFICATION = "notification"
    REFUSAL = "refusal"
    ORIGINALS_RECEIPT = "originals_receipt"
    ORIGINALS_NON_ACCEPTANCE = "originals_non_acceptance"
    RESIDENCE_DECISION = "residence_decision"
    RESIDENCE_REFUSAL = "residence_refusal"
    SHORT_NOTIFICATION = "short_notification"
    REGISTRATION_SLIP = "registration_slip"
    CANCELLATION_PROOF = "cancellation_proof"
    PERMIT_PROOF = "permit_proof"


class Slot(StrEnum):
    """A place in the table that the service's own row fills."""

    ON_GRANT = "on_grant"


@dataclass(frozen=True, slots=True)
class Kind:
    """`series` is the letter pair in the paper's number; `official` is the Chinese name, printed as it is in every language."""

    official: str
    label: str
    series: str


KINDS: dict[Paper, Kind] = {
    Paper.FILING_RECEIPT: Kind("申请提交回执", N_("Filing receipt"), "HZ"),
    Paper.ONE_TIME_NOTICE: Kind("一次性告知书", N_("One-time notice of what is missing"), "GZ"),
    Paper.CORRECTION: Kind("补正告知书", N_("Notice of Supplement and Correction"), "BZ"),
    Paper.ACCEPTANCE: Kind("受理通知书", N_("Notice of Acceptance"), "SL"),
    Paper.NON_ACCEPTANCE: Kind("不予受理决定书", N_("Decision of Non-acceptance"), "BS"),
    Paper.RETURN_NOTE: Kind("退回补充材料通知", N_("Return note"), "TH"),
    Paper.TIME_EXTENSION: Kind("延长审批期限告知书", N_("Notice of extension of time"), "YQ"),
    Paper.DECISION: Kind("准予行政许可决定书", N_("Decision on Granting Administrative License"), "JD"),
    Paper.NOTIFICATION: Kind("外国人工作许可通知", N_("Notification Letter of Foreigner's Work Permit"), "TZ"),
    Paper.REFUSAL: Kind("不予行政许可决定书", N_("Decision on Refusing Administrative License"), "BX"),
    Paper.ORIGINALS_RECEIPT: Kind("原件核验回执", N_("Receipt for verified originals"), "HY"),
    Paper.ORIGINALS_NON_ACCEPTANCE: Kind("不予受理告知书（原件核验）", N_("Non-acceptance at the counter"), "HB"),
    Paper.RESIDENCE_DECISION: Kind("居留许可办理结果", N_("Residence permit: result"), "JL"),
    Paper.RESIDENCE_REFUSAL: Kind("居留许可不予办理告知书", N_("Residence permit: refusal"), "JB"),
    Paper.SHORT_NOTIFICATION: Kind("外国人工作许可通知（90日以下）", N_("Notification Letter of Foreigner's Work Permit, 90 days or less"), "TD"),
    Paper.REGISTRATION_SLIP: Kind("电子证照注册凭证", N_("Registration slip for the electronic work permit"), "DZ"),
    Paper.CANCELLATION_PROOF: Kind("外国人来华工作许可注销证明", N_("Proof for Cancellation of Foreigner's Work Permit"), "ZX"),
    Paper.PERMIT_PROOF: Kind("外国人来华工作许可信息证明", N_("Proof of work permit information"), "ZM"),
}
# What a permit stands on while nobody has registered a card, and ends with it: the letters for the visa, and what opens registration.
NOTICES = (Paper.NOTIFICATION, Paper.SHORT_NOTIFICATION)
OPENS_REGISTRATION = (Paper.NOTIFICATION, Paper.REGISTRATION_SLIP)
ENDS_WITH_PERMIT = (Paper.NOTIFICATION, Paper.SHORT_NOTIFICATION, Paper.REGISTRATION_SLIP)
