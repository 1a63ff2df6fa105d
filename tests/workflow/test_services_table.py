"""The services as the seeds and domain.md (1.1, 1.2, 1.4, 1.5, 1.6) describe them, written down by hand; the tables are the ones being judged."""

import pytest

from workflow.materials import MATERIALS
from workflow.services import MENUS, SERVICES, doors, service

# The left menu in the official order: entry, and the doors inside it.
MENU = [
    ("申请外国人来华工作许可（90日以上）", ["境外提交外国人来华工作许可", "境内提交外国人来华工作许可"]),
    ("申请外国人来华工作许可（90日以下，含90日）", ["申请外国人来华工作许可（90日以下，含90日）"]),
    ("外国人来华工作许可延期", ["外国人来华工作许可延期"]),
    ("外国人来华工作许可变更", ["外国人来华工作许可变更"]),
    ("工作许可证注销", ["工作许可证注销"]),
    ("换发电子证照", ["换发电子证照"]),
    ("换发新版工作许可通知", ["换发新版工作许可通知"]),
]
REMOVED = ("申领", "遗失", "补遗", "补办", "通知注销")

# service: what it is about, what a grant does to the permit, which papers it issues
ISSUES = {
    "new_overseas": ("none", "new", "decision notification"),
    "new_domestic": ("none", "new", "decision notification"),
    "short_term": ("none", "new", "decision short_notification"),
    "extension": ("permit", "extend", "decision notification"),
    "amendment": ("permit", "amend", "decision registration_slip"),
    "cancellation": ("permit", "cancel", "cancellation_proof"),
    "reissue_electronic": ("card", "reissue", "decision registration_slip"),
    "reissue_notification": ("notice", "new", "decision notification"),
}

# service, answers: exactly the materials without which it cannot be filed
FORM, PASSPORT, PHOTO, CONTRACT = "外国人来华工作许可申请表", "护照信息页", "6个月内正面免冠照片", "聘用合同或派遣函"
OVERSEAS = {FORM, PASSPORT, PHOTO, CONTRACT, "工作资历证明", "最高学位（学历）证书", "无犯罪记录证明", "体检证明"}
VISA = "有效签证（居留许可）页及入境章页"
DOMESTIC = OVERSEAS | {VISA}
GROUND_PROOF = {
    "class_a": None, "family": "亲属关系证明及其身份证明", "trade_zone": "自贸区、全面创新改革试验区政策证明", "headquarters": "跨国公司地区总部认定证明",
    "group_transfer": "集团内部调动证明", "agreement": "政府间协议证明", "representative": "代表证或90日以下工作许可", "other": "审批机关认可的其他情形证明",
    "r_visa": "R字签证或外国高端人才确认函",
}  # fmt: skip
END = "聘用合同终止（解除）证明"
DUE = [
    ("new_overseas", {}, OVERSEAS),
    ("new_domestic", {"class_ground": {"domestic_ground": "change_employer", "filed_before": "yes"}}, {FORM, PASSPORT, PHOTO, CONTRACT, VISA, "原工作许可注销证明"}),
    ("new_domestic", {"class_ground": {"domestic_ground": "change_employer", "filed_before": "no"}}, {FORM, PASSPORT, PHOTO, CONTRACT, VISA, "原工作许可注销证明", "工作资历证明", "最高学位（学历）证书"}),
    *(("new_domestic", {"class_ground": {"domestic_ground": ground}}, DOMESTIC | ({proof} if proof else set())) for ground, proof in GROUND_PROOF.items()),
    ("short_term", {"task": {"task": "filming"}}, {FORM, "工作合同、项目合同或合作协议", PASSPORT, PHOTO}),
    ("short_term", {"task": {"task": "performance"}}, {FORM, "工作合同、项目合同或合作协议", PASSPORT, PHOTO, "涉外营业性演出批准文件"}),
    ("extension", {}, {FORM, PASSPORT, "有效工作类居留许可页", CONTRACT}),
    ("extension", {"class_ground": {"ground": "B_salary"}}, {FORM, PASSPORT, "有效工作类居留许可页", CONTRACT, "个人所得税纳税记录及扣缴端截图"}),
    ("extension", {"class_ground": {"change": "yes"}}, {FORM, PASSPORT, "有效工作类居留许可页", CONTRACT, "外国人才认定材料"}),
    ("amendment", {"amendment": {"passport": "yes"}}, {FORM, PASSPORT, VISA}),
    ("amendment", {"amendment": {"title": "yes"}}, {FORM, "职务变更函及证明"}),
    ("amendment", {"amendment": {"name": "yes"}}, {FORM, "姓名变更证明"}),
    ("amendment", {"amendment": {"class": "yes"}}, {FORM, "外国人才认定材料"}),
    ("cancellation", {"cancellation": {"ground": "ends"}}, {FORM, END}),
    ("cancellation", {"cancellation": {"ground": "agreed"}}, {FORM, END}),
    ("cancellation", {"cancellation": {"ground": "left"}}, {FORM, "离职证明", "登报公告", "情况说明"}),
    ("cancellation", {"cancellation": {"ground": "dispute"}}, {FORM, "判决书或仲裁裁决书"}),
    ("cancellation", {"cancellation": {"ground": "wound_up"}}, {"用人单位注销或终止证明", "注销申请书"}),
    ("reissue_electronic", {"card": {"no_visit": "yes"}}, {FORM, "原外国人工作许可证", "不见面审批承诺书"}),
    ("reissue_electronic", {"card": {"no_visit": "no"}}, {FORM, "原外国人工作许可证"}),
]


def test_the_menu_is_the_official_one_and_names_nothing_that_was_removed() -> None:
    assert [(m.official, [row.official for row in doors(m.code)]) for m in MENUS.values()] == MENU
    said = " ".join([m.official for m in MENUS.values()] + [row.official for row in SERVICES.values()])
    assert not [word for word in REMOVED if word in said]


def test_each_service_is_about_what_it_is_about_and_issues_its_papers() -> None:
    found = {code: (row.subject.value, row.effect.value, " ".join(p.value for p in row.on_grant)) for code, row in SERVICES.items() if not row.stands_for}
    assert found == ISSUES


@pytest.mark.parametrize(("code", "answers", "due"), DUE, ids=lambda v: v if isinstance(v, str) else "")
def test_the_materials_without_which_nothing_is_filed(code: str, answers: dict, due: set[str]) -> None:
    assert {n.material.official for n in service(code).materials if n.due(answers)} == due


def test_there_are_ten_grounds_and_six_tasks() -> None:
    grounds = service("new_domestic").section("class_ground").field("domestic_ground")
    assert {code for code, _ in grounds.choices} == {*GROUND_PROOF, "change_employer"}
    assert len(grounds.choices) == 10
    assert len(service("short_term").section("task").field("task").choices) == 6


def test_joint_processing_is_for_three_services_and_overseas_says_why_not() -> None:
    """Seed 002 question 2: all but the filing from overseas; domain.md 9.2: one tab more."""
    joint = {row.base for row in SERVICES.values() if row.is_joint}
    assert joint == {"new_domestic", "extension", "amendment"}
    assert not service("new_overseas").joint
    assert "overseas" in service("new_overseas").joint_refused
    assert {row.section("residence").title for row in SERVICES.values() if row.is_joint} == {"Residence permit application"}


def test_the_shenzhen_question_stands_last_in_the_basic_information() -> None:
    """Seed 002 question 13."""
    assert service("amendment_card").section("basic").fields[-1].code == "reissue"
    assert service("amendment").section("basic").field("reissue") is None


def test_every_row_can_be_read_by_whoever_begins() -> None:
    for row in SERVICES.values():
        assert all((row.who, row.brings, row.after)), row.code
        for needed in row.materials:
            assert needed.code in MATERIALS, row.code
        for precondition in row.preconditions:
            assert all((precondition.guard.otherwise, precondition.instead)), (row.code, precondition.guard.code)
            assert precondition.service in ("", *SERVICES)
