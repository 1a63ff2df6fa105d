"""Which materials exist: what each must be, and what becomes of it. Which service asks for which stands in workflow/services.py.

Sources: the seeds' question 10, 11 and 15; domain.md section 1.6 (rules of each material) and 9.3 (originals at the counter).
"""

from dataclasses import dataclass

from workflow.engine import N_

PICTURES = ("jpg", "png")
SCANS = ("pdf", "jpg", "png")
MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Material:
    """`commit`: class A may commit in writing instead; `pledge`: anybody filing from overseas may (health); `original`: line of the counter's checklist."""

    code: str
    official: str
    label: str
    hint: str = ""
    accept: tuple[str, ...] = SCANS
    max_bytes: int = 20 * MEGABYTE
    max_pages: int = 60
    max_files: int = 5
    check: str = "upload"
    commit: bool = False
    pledge: bool = False
    original: str = ""
    authenticated: bool = False
    translated: bool = False
    months: int | None = None  # issued no longer ago than this


# fmt: off
MATERIALS: dict[str, Material] = {m.code: m for m in (
    Material("passport_page", "护照信息页", N_("Passport data page"), N_("The photo page with its two lines of letters, valid for at least six months more."), max_pages=4, max_files=2, check="passport", original=N_("Passport: data page, Z visa page, last entry stamp")),
    Material("photo", "6个月内正面免冠照片", N_("Photograph"), N_("Taken within six months, frontal, bareheaded, white background, no border; JPG, at most 1 MB, at least 354×472 pixels."), accept=("jpg",), max_bytes=MEGABYTE, max_pages=1, max_files=1, check="photo", original=N_("Photograph")),
    Material("application_form", "外国人来华工作许可申请表", N_("Application form, signed and sealed"), N_("Printed from this filing, signed by the applicant, sealed by the employer, scanned."), max_files=2, original=N_("Application form with ink signature and seal")),
    Material("contract", "聘用合同或派遣函", N_("Employment contract or dispatch letter"), N_("In Chinese, signed by the applicant and sealed by the employer, with all required elements."), max_files=2, check="contract", original=N_("Chinese contract or dispatch letter, signed and sealed")),
    Material("experience", "工作资历证明", N_("Certificate of work experience"), N_("From the former employer: position and period or projects, seal or signature, a referee's phone or e-mail."), commit=True, translated=True, original=N_("Certificate of work experience")),
    Material("degree", "最高学位（学历）证书", N_("Certificate of highest degree"), N_("With its authentication or apostille; a Chinese degree needs the certificate only."), commit=True, authenticated=True, translated=True, original=N_("Degree certificate with authentication or apostille")),
    Material("no_crime", "无犯罪记录证明", N_("Certificate of no criminal record"), N_("From the country of nationality or last residence, issued within six months, authenticated; a sworn declaration does not count."), commit=True, authenticated=True, translated=True, months=6, original=N_("No-crime certificate with authentication")),
    Material("health", "体检证明", N_("Health certificate"), N_("From a Chinese inspection authority, at most six months old; from overseas a health commitment may stand in for it until entry."), pledge=True, months=6, original=N_("Health certificate, at most six months old")),
    Material("talent_proof", "外国人才认定材料", N_("Proof of the class ground"), N_("What the chosen ground rests on: salary commitment, certificates, points."), original=N_("Proof of the class ground")),
    Material("family_proof", "随行家属证明", N_("Proof of family relationship"), N_("Marriage certificate, birth certificate or the like with translation; no authentication needed."), translated=True, original=N_("Family proofs with translation")),
    Material("authorisation", "授权委托书及经办人身份证明", N_("Authorisation and handler's identity"), original=N_("Employer's authorisation and handler's identity document")),
    Material("visa_page", "有效签证（居留许可）页及入境章页", N_("Visa or residence permit page, and entry stamp"), N_("The page that is valid now and the last entry stamp."), max_files=3, original=N_("Visa or residence permit page and last entry stamp")),
    Material("cancellation_proof", "原工作许可注销证明", N_("Cancellation proof of the old work permit"), N_("If the permit lapsed by itself: the page of the residence permit or its cancellation."), original=N_("Cancellation proof of the old work permit")),
    Material("relation_proof", "亲属关系证明及其身份证明", N_("Proof of relationship, and the relative's own papers"), N_("Marriage or birth certificate with translation; identity card, permanent residence card or work permit of the relative."), translated=True, original=N_("Proof of relationship with the relative's papers")),
    Material("zone_proof", "自贸区、全面创新改革试验区政策证明", N_("Proof of the zone's policy"), N_("Registration in the zone and the rule that applies."), original=N_("Proof of the zone's policy")),
    Material("headquarters_proof", "跨国公司地区总部认定证明", N_("Recognition as regional headquarters"), original=N_("Recognition as regional headquarters")),
    Material("transfer_proof", "集团内部调动证明", N_("Proof of the transfer inside the group"), N_("How the companies belong together, and the letter of transfer."), original=N_("Proof of the transfer inside the group")),
    Material("agreement_proof", "政府间协议证明", N_("Agreement between governments"), original=N_("Agreement between governments")),
    Material("representative_proof", "代表证或90日以下工作许可", N_("Representative's certificate or permit of 90 days or less"), original=N_("Representative's certificate or short-term permit")),
    Material("authority_consent", "审批机关认可的其他情形证明", N_("Written consent of the authority"), original=N_("Written consent of the authority")),
    Material("r_visa_proof", "R字签证或外国高端人才确认函", N_("R visa or confirmation letter for high-end talents"), original=N_("R visa or confirmation letter")),
    Material("task_contract", "工作合同、项目合同或合作协议", N_("Work or project contract, or cooperation agreement"), N_("It names the person, nationality, all places, period, duties and number of entries."), max_files=3, original=N_("Contract or cooperation agreement")),
    Material("approval", "涉外营业性演出批准文件", N_("Approval of the commercial performance"), N_("With the words 涉外营业性演出."), original=N_("Approval of the commercial performance")),
    Material("residence_page", "有效工作类居留许可页", N_("Valid work-type residence permit page"), original=N_("Passport with the residence permit")),
    Material("tax_record", "个人所得税纳税记录及扣缴端截图", N_("Tax record and screenshot of the withholding system, sealed"), N_("For a permit that rests on pay.")),
    Material("name_proof", "姓名变更证明", N_("Proof of the new name"), N_("New passport page, or a certificate with translation."), translated=True, original=N_("Proof of the new name")),
    Material("title_proof", "职务变更函及证明", N_("Letter and proof of the new position"), N_("Within the same occupation."), original=N_("Letter and proof of the new position")),
    Material("end_proof", "聘用合同终止（解除）证明", N_("Proof that employment ended, signed by both sides"), N_("Signed by the employee, signed and sealed by the employer.")),
    Material("leaving_certificate", "离职证明", N_("Leaving certificate")),
    Material("public_notice", "登报公告", N_("Newspaper with the public notice"), N_("A newspaper of the city or above, the whole page with its date.")),
    Material("statement", "情况说明", N_("Statement, sealed and signed by the legal representative")),
    Material("judgment", "判决书或仲裁裁决书", N_("Judgment or award")),
    Material("registrar_proof", "用人单位注销或终止证明", N_("Registrar's proof that the employer is wound up")),
    Material("cancellation_letter", "注销申请书", N_("Letter asking for cancellation"), N_("With the employer's seal; of a wound-up employer the foreigner signs it.")),
    Material("original_permit", "原外国人工作许可证", N_("Original work permit, both sides"), N_("A scan of the physical card. The card itself stays with its holder."), max_files=2),
    Material("no_visit", "不见面审批承诺书", N_("Commitment for approval without a visit"), N_("Signed and sealed.")),
    Material("visa_form", "外国人签证证件申请表", N_("Application form for visa and residence papers"), original=N_("Application form for visa and residence papers")),
    Material("photo_receipt", "出入境证件数字相片检测回执", N_("Receipt of the photo inspection"), original=N_("Receipt of the photo inspection")),
    Material("lodging_proof", "住宿登记表", N_("Accommodation registration"), N_("Valid and stamped."), original=N_("Accommodation registration")),
    Material("employer_letter", "单位公函", N_("Letter of the employer to the exit-entry administration"), original=N_("Letter of the employer")),
    Material("employer_registration", "单位注册登记证明", N_("Registration certificate of the employer"), original=N_("Registration certificate of the employer")),
    Material("other", "其他材料", N_("Other materials"), N_("Whatever the authority asks for beside these."), max_files=10),
)}
# fmt: on

COMMITMENT_OFFICIAL = "承诺书"
