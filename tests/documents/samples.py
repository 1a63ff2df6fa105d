"""Facts of every kind of paper, all people and employers invented."""

REF = "7K3M9QX2TD6"

_COMMON = {
    "number": "440300-TZ-2026-001842",
    "ref": REF,
    "qr_url": f"http://127.0.0.1:8000/v/{REF}#" + "2718281828459045" * 37,
    "host": "127.0.0.1:8000/v",
    "authority_zh": "深圳市外国人工作管理部门",
    "authority_en": "the Shenzhen authority for foreigners’ work",
    "issued_on": "2026-12-08",
    "case_number": "440300-2026-001842",
    "service_zh": "外国人来华工作许可（90 日以上，境外提交）",
    "service_en": "work of more than 90 days, filed from overseas",
    "employer_zh": "深圳市云岭精密仪器有限公司",
    "employer_en": "Shenzhen Yunling Precision Instruments Co., Ltd.",
    "handler": "何静怡",
    "name": "MORETTI GIULIA ANNA",
    "chinese_name": "",
    "sex": "F",
    "nationality_zh": "意大利",
    "nationality_en": "Italy",
    "passport_no": "YB0041728",
    "contact_phone": "0755-88121678",
    "window_zh": "市民中心行政服务大厅东厅 50 号窗口",
    "window_en": "window 50, east hall, Civic Centre",
}

_PERMIT = {
    "permit_number": "899202600000184276",
    "class": "B",
    "class_zh": "外国专业人才",
    "class_en": "foreign professional",
    "position": "光学设计工程师",
    "position_en": "optical design engineer",
    "place_zh": "广东省深圳市南山区",
    "place_en": "Nanshan District, Shenzhen, Guangdong",
    "province_zh": "广东",
    "province_en": "Guangdong",
    "city_zh": "深圳",
    "city_en": "Shenzhen",
    "county_zh": "南山",
    "county_en": "Nanshan",
    "valid_from": "2027-01-11",
    "valid_to": "2029-01-10",
    "notice_valid_until": "2027-03-08",
    "family_count": 2,
    "spouse": "BELLINI MARCO",
    "children": ["BELLINI LUCA"],
    "others": [],
    "submitted_on": "2026-11-20",
    "accepted_on": "2026-12-01",
    "notification_number": "440300-TZ-2026-001842",
}

_DEFECTS = [
    {
        "target_zh": "无犯罪记录证明",
        "target_en": "Certificate of no criminal record",
        "text": "签发日期为 2026 年 3 月 2 日，超过 6 个月。请换成递交前 6 个月内签发并经认证的证明。",
    },
    {
        "target_zh": "聘用合同 · 工作地点",
        "target_en": "Employment contract · place of work",
        "text": "合同第 3 条写“深圳市龙岗区”，申请表填“南山区”。两处应当一致；以合同为准的，请改申请表。",
    },
    {"target_zh": "照片", "target_en": "Photo", "text": "左侧背景有阴影，请换白色背景的照片。"},
]

_ORIGINALS = [
    {
        "zh": "最高学位证书",
        "en": "Certificate of highest degree",
        "verdict_zh": "一致",
        "verdict_en": "seen",
        "note": "",
    },
    {
        "zh": "无犯罪记录证明",
        "en": "Certificate of no criminal record",
        "verdict_zh": "缺少",
        "verdict_en": "missing",
        "note": "只带了复印件",
    },
    {
        "zh": "工作资历证明",
        "en": "Certificate of work experience",
        "verdict_zh": "不符",
        "verdict_en": "differs",
        "note": "原件签发日期为 2026 年 5 月 7 日，上传件为 2026 年 5 月 1 日",
    },
]

_REASON = "申请人的工作资历证明只证明一年八个月的相关经历，未达到外国专业人才须有两年以上相关工作经历的条件。"

_OWN = {
    "notification": _PERMIT,
    "decision": _PERMIT | {"number": "440300-JD-2026-001842"},
    "short_notification": _PERMIT | {"number": "440300-TD-2026-000042"},
    "permit_proof": _PERMIT | {"number": "440300-ZM-2026-000042", "standing_zh": "有效", "standing_en": "Valid", "queried_at": "2026-12-08T01:41:07+00:00"},
    "registration_slip": _PERMIT | {"number": "440300-DZ-2026-000042"},
    "cancellation_proof": _PERMIT | {
        "number": "440300-ZX-2026-000042", "ground_zh": "合同期满", "ground_en": "The contract comes to its end", "ended_on": "2026-12-04", "cancelled_on": "2026-12-08",
    },
    "one_time_notice": {"defects": _DEFECTS, "due_on": "2026-12-15"},
    "correction": {"defects": _DEFECTS[:1], "due_on": "2026-12-15"},
    "return_note": {"defects": _DEFECTS[:2], "due_on": None},
    "acceptance": {"accepted_on": "2026-12-01", "due_on": "2026-12-29"},
    "non_acceptance": {"reason": "申请事项不属于本机关职权范围：工作地点在广州市天河区。", "grounds": []},
    "refusal": {"reason": _REASON, "grounds": ["《外国人来华工作分类标准（试行）》外国专业人才（B 类）第（一）项"]},
    "time_extension": {
        "reason": "须向境外学历认证机构核实学位证书，尚未得到答复。",
        "grounds": [],
        "old_due": "2026-12-29",
        "new_due": "2027-01-13",
    },
    "filing_receipt": {
        "submitted_at": "2026-11-20T09:31:00+08:00",
        "materials": [
            {"zh": "护照", "en": "Passport", "pages": 1, "sha256": "9f86d081884c7d65"},
            {"zh": "聘用合同", "en": "Employment contract", "pages": 6, "sha256": "60303ae22b998861"},
            {"zh": "最高学位证书", "en": "Certificate of highest degree", "pages": 3, "sha256": "fd61a03af4f77d87"},
            {"zh": "无犯罪记录证明", "en": "Certificate of no criminal record", "pages": 2, "sha256": "a4e624d686e03ed2"},
        ],
    },
    "originals_receipt": {"items": _ORIGINALS[:1] * 3, "officer_window": "周海宁"},
    "originals_non_acceptance": {"missing": _ORIGINALS[1:], "reason": "", "grounds": []},
    "residence_decision": {
        "valid_from": "2027-01-20",
        "valid_to": "2029-01-10",
        "residence_number": "SZ-JL-2027-000317",
    },
    "residence_refusal": {
        "reason": "所持《外国人工作许可通知》已于 2027 年 3 月 8 日期满，也未出示电子社会保障卡中的工作许可信息查询页。",
        "grounds": [],
    },
}


def sample(kind: str) -> dict:
    """The facts of one paper of this kind."""
    return _COMMON | {"kind": kind} | _OWN[kind]
