"""What the passport says against what was typed. The zone is read elsewhere (mrz.py); it fills fields and never locks them.

Five valid digits do not mean that the text is right: line 1, nationality and sex stand under none, so a nationality must be a
code that exists and every difference is shown, not corrected.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.intake.findings import N_, Finding, Rule, found
from workflow.intake.mrz import Mrz
from workflow.intake.spelling import likeness

# fmt: off
STATES = frozenset(["ABW", "AFG", "AGO", "AIA", "ALA", "ALB", "AND", "ARE", "ARG", "ARM", "ASM", "ATA", "ATF", "ATG", "AUS", "AUT", "AZE", "BDI", "BEL", "BEN", "BES", "BFA", "BGD", "BGR", "BHR", "BHS", "BIH", "BLM", "BLR", "BLZ", "BMU", "BOL", "BRA", "BRB", "BRN", "BTN", "BVT", "BWA", "CAF", "CAN", "CCK", "CHE", "CHL", "CHN", "CIV", "CMR", "COD", "COG", "COK", "COL", "COM", "CPV", "CRI", "CUB", "CUW", "CXR", "CYM", "CYP", "CZE", "DEU", "DJI", "DMA", "DNK", "DOM", "DZA", "ECU", "EGY", "ERI", "ESH", "ESP", "EST", "ETH", "FIN", "FJI", "FLK", "FRA", "FRO", "FSM", "GAB", "GBR", "GEO", "GGY", "GHA", "GIB", "GIN", "GLP", "GMB", "GNB", "GNQ", "GRC", "GRD", "GRL", "GTM", "GUF", "GUM", "GUY", "HKG", "HMD", "HND", "HRV", "HTI", "HUN", "IDN", "IMN", "IND", "IOT", "IRL", "IRN", "IRQ", "ISL", "ISR", "ITA", "JAM", "JEY", "JOR", "JPN", "KAZ", "KEN", "KGZ", "KHM", "KIR", "KNA", "KOR", "KWT", "LAO", "LBN", "LBR", "LBY", "LCA", "LIE", "LKA", "LSO", "LTU", "LUX", "LVA", "MAC", "MAF", "MAR", "MCO", "MDA", "MDG", "MDV", "MEX", "MHL", "MKD", "MLI", "MLT", "MMR", "MNE", "MNG", "MNP", "MOZ", "MRT", "MSR", "MTQ", "MUS", "MWI", "MYS", "MYT", "NAM", "NCL", "NER", "NFK", "NGA", "NIC", "NIU", "NLD", "NOR", "NPL", "NRU", "NZL", "OMN", "PAK", "PAN", "PCN", "PER", "PHL", "PLW", "PNG", "POL", "PRI", "PRK", "PRT", "PRY", "PSE", "PYF", "QAT", "REU", "ROU", "RUS", "RWA", "SAU", "SDN", "SEN", "SGP", "SGS", "SHN", "SJM", "SLB", "SLE", "SLV", "SMR", "SOM", "SPM", "SRB", "SSD", "STP", "SUR", "SVK", "SVN", "SWE", "SWZ", "SXM", "SYC", "SYR", "TCA", "TCD", "TGO", "THA", "TJK", "TKL", "TKM", "TLS", "TON", "TTO", "TUN", "TUR", "TUV", "TWN", "TZA", "UGA", "UKR", "UMI", "URY", "USA", "UZB", "VAT", "VCT", "VEN", "VGB", "VIR", "VNM", "VUT", "WLF", "WSM", "YEM", "ZAF", "ZMB", "ZWE"]) | frozenset(["D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "EUE", "UNA", "UNK", "UNO", "XAA", "XBA", "XCC", "XCE", "XCO", "XEC", "XES", "XIM", "XMP", "XOM", "XPO", "XDC", "XXA", "XXB", "XXC", "XXX", "UTO"])
RULES = {
    "mrz_missing":       Rule("review", N_("The two lines of letters at the bottom of the passport page could not be read. Check that the whole page is on the scan, sharp and without glare.")),
    "mrz_check":         Rule("review", N_("Check digits of the passport's lines do not fit (%(measured)s). The scan may be unclear there: compare the fields with the passport.")),
    "mrz_repaired":      Rule("warn",   N_("Unclear characters in the passport's lines were completed by the check digit (%(measured)s). Compare the fields with the passport.")),
    "mrz_chosen":        Rule("review", N_("Several passport numbers would satisfy the check digit; “%(measured)s”, of the usual form, was taken. Compare it with the passport.")),
    "nationality_code":  Rule("review", N_("“%(measured)s” was read as nationality, which is no code of a state. Compare it with the passport.")),
    "passport_expired":  Rule("reject", N_("The passport expired on %(measured)s. A valid passport is needed.")),
    "passport_expiring": Rule("warn",   N_("The passport expires on %(measured)s. It should be valid until %(limit)s at least, six months from today: consider renewing it first.")),
    "passport_differs":  Rule("warn",   N_("Typed is “%(typed)s”, the passport reads “%(measured)s”. Correct whichever is wrong.")),
    "name_order":        Rule("warn",   N_("Typed is “%(typed)s”, the passport reads “%(measured)s”: the same words in another order. Use the order of the passport.")),
    "name_cut":          Rule("warn",   N_("The passport's lines have room for “%(measured)s” only. Compare the full name “%(typed)s” with the upper part of the page.")),
    "name_script":       Rule("warn",   N_("“%(typed)s” is not in Latin letters. Write the name as in the passport's lines: “%(measured)s”.")),
}
# fmt: on
COMPARED = ("surname", "given_names", "passport_no", "nationality", "birth_date", "sex", "passport_expires")


def fields_of(mrz: Mrz) -> dict[str, str]:
    """What the zone offers to the form: field → value (dates ISO, states as ISO alpha-3)."""
    iso = {"D": "DEU"}
    return {
        "surname": mrz.surname,
        "given_names": mrz.given,
        "passport_no": mrz.number,
        "nationality": iso.get(mrz.nationality, mrz.nationality),
        "birth_date": mrz.birth.isoformat() if mrz.birth else "",
        "sex": mrz.sex,
        "passport_expires": mrz.expiry.isoformat() if mrz.expiry else "",
    }


def six_months_after(day: date) -> date:
    """The same day six months on, or the last of that month."""
    year, month = day.year + (day.month + 5) // 12, (day.month + 5) % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


def check_passport(mrz: Mrz | None, today: date, typed: Mapping[str, Any] | None = None, *, target: str = "") -> list[Finding]:
    """Everything worth saying about a zone that was read (None: could not be), and about what was typed beside it.

    `typed` uses the names of COMPARED; absent or empty answers are not compared. Targets of differences are these names.
    """
    if mrz is None:
        return [found(RULES, "mrz_missing", target=target)]
    findings = []
    failed = [name for name, held in mrz.checks.items() if not held]
    if failed:
        findings.append(found(RULES, "mrz_check", ", ".join(failed), "", target))
    if mrz.chosen:
        findings.append(found(RULES, "mrz_chosen", mrz.number, "", target))
    elif mrz.repaired:
        findings.append(found(RULES, "mrz_repaired", ", ".join(mrz.repaired), "", target))
    if mrz.nationality not in STATES:
        findings.append(found(RULES, "nationality_code", mrz.nationality, "ICAO 9303", target))
    if mrz.expiry and mrz.expiry < today:
        findings.append(found(RULES, "passport_expired", mrz.expiry, today, target))
    elif mrz.expiry and mrz.expiry < six_months_after(today):
        findings.append(found(RULES, "passport_expiring", mrz.expiry, six_months_after(today), target))
    return findings + _differences(fields_of(mrz), typed or {})


def _differences(read: dict[str, str], typed: Mapping[str, Any]) -> list[Finding]:
    findings = []
    for name in COMPARED:
        said = str(typed.get(name) or "").strip()
        if not said or not read[name]:
            continue
        code = _name_code(said, read[name]) if name in ("surname", "given_names") else _plain_code(said, read[name])
        if code:
            findings.append(found(RULES, code, read[name], "", name, typed=said))
    return findings


def _name_code(said: str, read: str) -> str:
    alike = likeness(said, read, room=36)
    return {"same": "", "order": "name_order", "cut": "name_cut", "other script": "name_script", "different": "passport_differs"}[alike]


def _plain_code(said: str, read: str) -> str:
    squeezed = "".join(each for each in said.upper() if each.isalnum() or each == "-")
    return "" if squeezed.replace("-", "") == read.upper().replace("-", "").replace(" ", "") else "passport_differs"
