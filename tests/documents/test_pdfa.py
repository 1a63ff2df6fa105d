"""Every kind of paper, certified, before veraPDF: all its rules of PDF/A-3a. And files that must fail, so that its silence means something."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from scripts import pdfa
from tests.documents.samples import sample
from tests.documents.test_cose_by_others import BY_NAME
from tests.documents.test_render import NAMES
from workflow.documents import attached, render, sign
from workflow.documents.render import KINDS

ROOT = Path(__file__).resolve().parents[2]
TOKEN = bytes.fromhex(BY_NAME["a notification, every claim"]["token"])
SPOILT = {
    "no metadata": ("6.6.2.1-1", lambda file: file.Root.__delattr__("Metadata")),
    "not marked": ("6.7.2.2-1", lambda file: file.Root.__delattr__("MarkInfo")),
    "no colours said": ("6.2.4.3-2", lambda file: file.Root.__delattr__("OutputIntents")),
    "no relation": ("6.8-3", lambda file: [spec.__delattr__("AFRelationship") for spec in file.Root.AF]),
    "no letters": ("6.2.11.7.2-1", lambda file: _first(file, "/Subtype", "/Type0").__delattr__("ToUnicode")),
    "other widths": ("6.2.11.5-1", lambda file: _first(file, "/Subtype", "/CIDFontType2").__setattr__("W", pikepdf.Array([]))),
    "no face": ("6.2.11.4.1-1", lambda file: _first(file, "/Type", "/FontDescriptor").__delattr__("FontFile2")),
    "a script": ("6.5.1-1", lambda file: file.Root.__setattr__("OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))),
}


def _first(file, key, value):
    return next(each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get(key) == value)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """Name of each file: the rules it breaks. One run of Java for all."""
    folder = tmp_path_factory.mktemp("papers")
    signer = sign.ensure_demonstration(folder / "keys")

    def put(name, kind, facts):
        (folder / f"{name}.pdf").write_bytes(signer.certify(render.render(kind, facts, attached.facts_files(TOKEN, facts["number"]))))

    for kind in KINDS:
        put(kind, kind, sample(kind))
    names = list(NAMES.values())
    for nth in range(3):
        put(f"names {nth}", "notification", sample("notification") | {"children": names[nth::3]})
    put("two pages", "one_time_notice", sample("one_time_notice") | {"defects": sample("one_time_notice")["defects"] * 7})
    plain = (folder / "acceptance.pdf").read_bytes()
    for name, (_, spoil) in SPOILT.items():
        with pikepdf.open(io.BytesIO(plain)) as file:
            spoil(file)
            file.save(folder / f"{name}.pdf")
    command = [sys.executable, "-m", "scripts.pdfa", "--json", *map(str, sorted(folder.glob("*.pdf")))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, f"{pdfa.missing() or 'nothing is missing'}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}"
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(each["checks"] > 2000 for each in found)
    return {Path(each["file"]).stem: each["broken"] for each in found}


@pytest.mark.parametrize("paper", [*KINDS, "names 0", "names 1", "names 2", "two pages"])
def test_every_kind_of_paper_with_names_of_any_script_conforms_to_pdf_a_3a_when_certified(verdicts, paper):
    assert verdicts[paper] == []


@pytest.mark.parametrize("paper", SPOILT)
def test_the_validator_finds_what_is_wrong(verdicts, paper):
    assert any(broken.startswith(SPOILT[paper][0] + " ") for broken in verdicts[paper]), verdicts[paper]
