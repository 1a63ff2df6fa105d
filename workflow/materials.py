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
    Material("passport_page", "护照信息页", N_("Passport data page"), N_("The photo page with its two lines of letters, valid for at least six months more."), max_pages=4, max_files=2, original=N_("Passport: data page, Z visa page, last entry stamp")),
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
    Material("other", "其他材料", N_("Other materials"), N_("Whatever the authority asks for beside these."), max_files=10),
)}
# fmt: on

COMMITMENT_OFFICIAL = "承诺书"
