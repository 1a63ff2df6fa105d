"""What the forms of this room ask, as fields; and what was typed, read field by field with a sentence for each that cannot stand."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.fragments import sentence
from workflow.engine import N_, Refused, Said
from workflow.fields import Field, read

# The kinds of 市场主体登记 and of organisations that may employ; sections of GB/T 4754-2017 for the industry.
KINDS = (
    ("limited", N_("Limited liability company")),
    ("joint_stock", N_("Joint-stock company")),
    ("foreign_invested", N_("Foreign-invested enterprise")),
    ("hmt_invested", N_("Enterprise invested from Hong Kong, Macao or Taiwan")),
    ("state_owned", N_("State-owned enterprise")),
    ("representative_office", N_("Resident representative office of a foreign enterprise")),
    ("partnership", N_("Partnership")),
    ("public_institution", N_("Public institution")),
    ("social_organisation", N_("Social organisation")),
    ("agent", N_("Specialised service agency that files for employers")),
    ("other", N_("Other kind")),
)
INDUSTRIES = (
    ("A", N_("A Agriculture, forestry, animal husbandry and fishery")),
    ("B", N_("B Mining")),
    ("C", N_("C Manufacturing")),
    ("D", N_("D Electricity, heat, gas and water")),
    ("E", N_("E Construction")),
    ("F", N_("F Wholesale and retail trade")),
    ("G", N_("G Transport, storage and post")),
    ("H", N_("H Accommodation and catering")),
    ("I", N_("I Information transmission, software and information technology")),
    ("J", N_("J Finance")),
    ("K", N_("K Real estate")),
    ("L", N_("L Leasing and business services")),
    ("M", N_("M Scientific research and technical services")),
    ("N", N_("N Water conservancy, environment and public facilities")),
    ("O", N_("O Resident services, repair and other services")),
    ("P", N_("P Education")),
    ("Q", N_("Q Health and social work")),
    ("R", N_("R Culture, sports and entertainment")),
    ("S", N_("S Public administration, social security and social organisations")),
    ("T", N_("T International organisations")),
)
# fmt: off
EMPLOYER = (
    Field("credit_code", N_("Unified social credit code"), required=True, hint=N_("18 digits and capital letters, on the business licence."), max_length=40),
    Field("name", N_("Name of the employer"), required=True, hint=N_("Character by character as on the business licence."), max_length=120, autocomplete="organization"),
    Field("name_en", N_("Name in English"), max_length=200),
    Field("kind", N_("Kind of employer"), "choice", required=True, choices=KINDS, width="half"),
    Field("industry", N_("Industry"), "choice", required=True, choices=INDUSTRIES, width="half"),
    Field("legal_representative", N_("Legal representative"), required=True, max_length=80, width="half"),
    Field("department_head", N_("Head of the department for foreign staff"), required=True, max_length=80, width="half"),
    Field("registered_address", N_("Registered address"), required=True, max_length=200),
    Field("office_address", N_("Office address"), required=True, hint=N_("Where the department for foreign staff works."), max_length=200),
    Field("phone", N_("Telephone of the employer"), "phone", required=True, max_length=30, width="half"),
    Field("authority", N_("Responsible authority"), "choice", required=True, hint=N_("The authority of the place where the foreigner will work."), width="half"),
)
HANDLER = (
    Field("handler_name", N_("Name of the handler"), required=True, max_length=80, width="half"),
    Field("handler_phone", N_("Telephone of the handler"), "phone", required=True, max_length=30, width="half"),
    Field("email", N_("E-mail address"), "email", required=True, hint=N_("You sign in with it."), max_length=120, autocomplete="username"),
)
COLLEAGUE = (
    Field("name", N_("Name"), required=True, max_length=80),
    Field("email", N_("E-mail address"), "email", required=True, hint=N_("The colleague signs in with it."), max_length=120, autocomplete="off"),
    Field("phone", N_("Telephone"), "phone", max_length=30),
)
# fmt: on


def take(fields: Iterable[Field], form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """(values by field, sentences by field that is missing or cannot be read). A value that cannot be read stands as typed."""
    values, errors = {}, {}
    for field in fields:
        values[field.code], wrong = read(field, form.get(field.code, "")[:2000])
        if wrong:
            errors[field.code] = sentence(wrong[0], {"label": Said(field.label), **wrong[1]})
        elif field.required and values[field.code] == "":
            errors[field.code] = sentence(N_("Please fill in: %(label)s."), {"label": Said(field.label)})
    return values, errors


def at_field(refusal: Refused) -> str:
    """The field a refusal is about, "" if it is about the whole."""
    kind, _, field = refusal.code.partition(":")
    return field if kind in ("field", "asks") else ""


def key(form: Mapping[str, str]) -> str | None:
    return form.get("key", "")[:40] or None


def seen(form: Mapping[str, str]) -> int | None:
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
