"""How the questions of a page stand together on it: sheets with a heading each. A field not named here stands in the last sheet."""

from workflow.engine import N_
from workflow.fields import Field, Section

# fmt: off
GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "basic": (
        (N_("Passport"), ("surname", "given_names", "passport_no", "nationality", "birth_date", "sex", "passport_issued", "passport_expires")),
        (N_("Person"), ("chinese_name", "former_chinese", "birth_place", "issuing_countries", "marital_status", "native_language", "hsk")),
        (N_("The applicant's own contact"), ("email", "mobile", "language", "emergency_contact")),
    ),
    "application": (
        (N_("Post and place of work"), ("position", "position_en", "occupation", "duties", "division", "place_detail")),
        (N_("Contract and pay"), ("contract_from", "contract_to", "pay_monthly", "pay_yearly", "payer", "months_per_year", "seconded", "sender")),
        (N_("Visa and entry"), ("mission", "entry_planned", "address_china", "previous_permit")),
    ),
}
# fmt: on


def groups(section: Section) -> list[tuple[str, list[Field]]]:
    """(heading, fields) in the order of the page; one sheet under the section's own title where nothing is named."""
    if section.code not in GROUPS:
        return [("", list(section.fields))]
    named = {code for _, codes in GROUPS[section.code] for code in codes}
    shown = [(title, [f for code in codes if (f := section.field(code))]) for title, codes in GROUPS[section.code]]
    shown[-1][1].extend(f for f in section.fields if f.code not in named)
    return shown
