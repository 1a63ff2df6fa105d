"""The page about the tables is fresh and whole, and the glossary names what the code has."""

import re
from importlib import import_module
from pathlib import Path

from scripts import workflow_doc
from workflow.application import MOVES
from workflow.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_says_what_the_tables_say() -> None:
    assert workflow_doc.main(["--check"]) == 0, "run python -m scripts.workflow_doc and commit docs/workflow.md"


def test_a_stale_page_is_noticed(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(workflow_doc, "TARGET", tmp_path / "workflow.md")
    assert workflow_doc.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err
    assert workflow_doc.main([]) == 0
    assert workflow_doc.main(["--check"]) == 0
    workflow_doc.TARGET.write_text(workflow_doc.TARGET.read_text("utf-8").replace("`draft`", "`sketch`", 1), "utf-8")
    assert workflow_doc.main(["--check"]) == 1


def test_every_life_of_the_house_is_on_the_page() -> None:
    modules = {import_module(f"workflow.{path.stem}") for path in (ROOT / "workflow").glob("*.py") if re.search(r"^lifecycle = ", path.read_text("utf-8"), re.M)}
    assert modules == {module for _, module in workflow_doc.LIVES}, "add the life to LIVES in scripts/workflow_doc.py"


def test_each_move_with_its_guards_stands_on_the_page() -> None:
    page = workflow_doc.page()
    for move in MOVES:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{move.trigger}` |") and all(f"`{s.value}`" in line for s in move.source))
        assert all(guard.otherwise in row for guard in move.guards), move.trigger
        assert (f"| `{move.dest.value}` |" if move.dest else "| stays |") in row


def test_every_service_stands_there_with_its_states_roles_and_papers() -> None:
    """By hand, for two rows: a change ends with the Decision and a slip and has no residence step; both permits in one are decided after the appointment."""
    rows = {(line[0], line[1], line[2]): (line[3], line[4]) for row in SERVICES.values() for line in workflow_doc.walk(row)}
    assert {name for name, _, _ in rows} == {row.official for row in SERVICES.values()}
    assert rows["外国人来华工作许可变更", "`decision`", "Decider"][1] == "`extend_time` 延长审批期限告知书; `grant` 准予行政许可决定书、电子证照注册凭证; `refuse` 不予行政许可决定书"
    assert ("外国人来华工作许可变更", "`originals_verified`", "Exit-entry officer") not in rows
    joint = "外国人来华工作许可延期（与居留许可并联）"
    assert rows[joint, "`appointed`", "Handler"] == ("`move_appointment`", "")
    assert (joint, "`awaiting_originals`", "Window officer") not in rows
    assert ("境外提交外国人来华工作许可", "`appointed`", "Handler") not in rows
    assert rows["注销（纸质申请，窗口受理）", "`draft`", "Window officer"] == ("`complete_paper` → `granted`", "`complete_paper` 外国人来华工作许可注销证明")


def test_the_glossary_names_what_the_code_has() -> None:
    rows = [line.split("|") for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line][1:]
    source = "\n".join(path.read_text("utf-8") for room in ("workflow", "portal", "kiosk") for path in sorted((ROOT / room).rglob("*.py")))
    assert len(rows) > 50
    for row in rows:
        for name in re.findall(r"`([^`]+)`", row[3]):
            last = name.rpartition(".")[2]
            assert re.search(rf"\b{re.escape(last)}\b", source), f"{name}: no such name in the code; mend docs/glossary.md"
