"""What the content of a file says, in one shape for every kind of check: findings, facts for the pages, pictures.

`CHECKS` is the list; a material names its check (workflow/materials.py). The command line, the jobs and the pages all come through
here, so that a file is judged alike everywhere. Each check opens the file in the sandboxed child and raises for no file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.intake.contract_pages import read_contract
from workflow.intake.contract_reading import VERSION as CONTRACT_VERSION
from workflow.intake.findings import N_, Finding, Rule, found
from workflow.intake.passport_page import read_passport
from workflow.intake.photo import examine_photo
from workflow.intake.photo_rules import VERSION as PHOTO_VERSION

PASSPORT_VERSION = "2026-11-22"
# fmt: off
RULES = {
    "engine.faces": Rule("review", N_("What needs to see the face was not measured: the models for it are not set up here. The officer will look.")),
    "engine.text":  Rule("review", N_("The lines of the passport were not read: the reader of text is not set up here. The officer will compare them.")),
}
# fmt: on


@dataclass(frozen=True)
class Look:
    """`facts` are JSON (measures of a photo; mrz, checks, fields, repaired and turned of a passport; not_run of both);
    `pictures` by name: "map" (PNG over the photo), "crop" (JPEG of the passport's lines)."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict, repr=False)
    cpu_seconds: float = 0.0


def photo(name: str, data: bytes, today: date | None = None) -> Look:
    """All checks of the photograph."""
    report = examine_photo(data, today=today)
    findings = list(report.findings)
    if "faces" in report.not_run:
        findings.append(found(RULES, "engine.faces"))
    facts = {"run": list(report.run), "not_run": list(report.not_run), "measures": report.measures}
    return Look(tuple(findings), facts, {"map": report.map} if report.map else {}, report.cpu_seconds)


def passport(name: str, data: bytes, today: date | None = None) -> Look:
    """The machine-readable zone. What was typed is compared where it is shown (workflow/passport_answers.py), since people go on typing."""
    from workflow import clock

    report = read_passport(name, data, today or clock.today())
    zone = report.mrz
    findings = list(report.findings)
    if "ocr" in report.not_run:
        findings.append(found(RULES, "engine.text"))
    facts = {
        "mrz": list(zone.lines) if zone else [], "checks": zone.checks if zone else {}, "repaired": list(zone.repaired) if zone else [],
        "fields": report.fields, "turned": report.turned, "not_run": list(report.not_run),
    }  # fmt: skip
    return Look(tuple(findings), facts, {"crop": report.crop} if report.crop else {}, report.cpu_seconds)


def contract(name: str, data: bytes, today: date | None = None) -> Look:
    """Elements, language and dates of the contract; `facts["fields"]` fill the form, for the handler to confirm. Scans are recognised as far as time allows."""
    report = read_contract(name, data, ocr=True)
    reading = report.reading
    facts = {"elements": reading.elements, "chinese": reading.chinese, "share": reading.share, "fields": reading.fields(), "not_run": list(report.not_run)}
    return Look(report.findings, facts, {}, report.cpu_seconds)


@dataclass(frozen=True)
class Check:
    """`version` changes when the same file may be judged otherwise than before: findings are kept by it."""

    version: str
    look: Callable[[str, bytes], Look]


CHECKS = {"photo": Check(PHOTO_VERSION, photo), "passport": Check(PASSPORT_VERSION, passport), "contract": Check(CONTRACT_VERSION, contract)}
