"""Who may import whom. The arrow points inward; nobody points back. A failure names the cure."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "workflow": {"portal", "kiosk", "wsgi", "config", "scripts"},
    "portal": {"kiosk", "wsgi", "transitions", "pyzbar", "zxingcpp", "weasyprint", "cwt"},
    "kiosk": {"portal", "wsgi", "config", "transitions", "pyzbar", "zxingcpp", "weasyprint", "cwt"},
}
RULES = (
    "application", "services", "notice", "permit", "residence", "card", "employer", "engine", "guards", "roles", "papers", "clock", "fields", "materials",
    "classification", "questions", "profiles", "checking", "divisions", "words", "guards", "rules_of_services",
)  # fmt: skip
ONLY_AT_THE_DOORS = {"request", "session", "current_user", "url_for", "abort", "redirect", "render_template", "flash"}
MAY_COMMIT = {
    "workflow/models/base.py", "workflow/desk.py", "workflow/marking.py", "workflow/appointments.py", "workflow/paper_intake.py", "workflow/attaching.py", "workflow/looking.py", "workflow/relooking.py", "workflow/quarantine.py", "workflow/offering.py", "workflow/photo_links.py", "workflow/counter.py", "workflow/holding.py", "workflow/showing.py", "workflow/proving.py", "workflow/card_window.py", "workflow/reports.py", "workflow/resets.py", "workflow/accounts.py", "workflow/throttle.py", "workflow/reissuing.py", "workflow/machines.py",
    "workflow/jobs.py", "workflow/agents.py", "workflow/reminders.py", "workflow/cutover.py", "workflow/cutover_intake.py", "kiosk/visit.py", "portal/cli.py", "portal/seeds.py", "portal/admin", "portal/accounts", "portal/home", "portal/journey",
    "portal/applications/downloads.py",
}  # fmt: skip


def sources(room: str) -> list[Path]:
    return sorted(p for p in (ROOT / room).rglob("*.py") if "__pycache__" not in p.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_room_reaches_outward(room: str) -> None:
    wrong = [f"{p.relative_to(ROOT)} imports {name}" for p in sources(room) for name in imports(p) if name.split(".")[0] in FORBIDDEN[room]]
    assert not wrong, f"{wrong}: hand the thing in as an argument, or bind it in wsgi.py, the only room that may know all the others."


@pytest.mark.parametrize("name", RULES)
def test_the_rules_need_no_web_and_no_database(name: str) -> None:
    allowed = set(sys.stdlib_module_names) | {"workflow"} | ({"transitions"} if name == "engine" else set())
    here = ROOT / "workflow" / name
    found = [n for path in (sorted(here.rglob("*.py")) if here.is_dir() else [here.with_suffix(".py")]) for n in imports(path)]
    outside = [n for n in found if n.split(".")[0] not in allowed]
    inward = [n for n in found if n.startswith("workflow.") and n.split(".")[1] not in RULES]
    assert not outside + inward, f"workflow/{name}.py imports {outside + inward}: a rule is tested with plain objects, so pass it values or a function instead."


def test_only_the_engine_knows_transitions() -> None:
    users = [str(p.relative_to(ROOT)) for room in FORBIDDEN for p in sources(room) for n in imports(p) if n.split(".")[0] == "transitions"]
    assert users == ["workflow/engine.py"], f"{users}: write a Move in a table; engine.py turns it into a machine."


def test_only_the_scanner_knows_the_decoders() -> None:
    users = {str(p.relative_to(ROOT)) for room in FORBIDDEN for p in sources(room) for n in imports(p) if n.split(".")[0] in ("pyzbar", "zxingcpp")}
    assert users == {"workflow/reading/scanner.py"}, f"{users}: call workflow.reading.scanner.read, which works in a child process."


def test_requests_and_sessions_are_known_at_the_doors_only() -> None:
    wrong = []
    for path in sources("workflow"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
                wrong += [f"{path.relative_to(ROOT)}: {a.name}" for a in node.names if a.name in ONLY_AT_THE_DOORS]
    assert not wrong, f"{wrong}: the actor is an argument (by=), the answer is for the view to give."


def test_a_state_is_assigned_only_by_the_engine() -> None:
    """`case.state = …` outside the engine would be a move that no table knows. (Defects are told and answered in the desk; they are no lives.)"""
    wrong = []
    for room in FORBIDDEN:
        for path in sources(room):
            for node in ast.walk(ast.parse(path.read_text())):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
                flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
                wrong += [
                    f"{path.relative_to(ROOT)}:{node.lineno}" for t in flat
                    if isinstance(t, ast.Attribute) and t.attr == "state" and not (isinstance(t.value, ast.Name) and t.value.id == "defect")
                ]  # fmt: skip
    assert not wrong, f"{wrong}: add a Move to the life's table and pull it through its lifecycle."


def test_commits_happen_in_the_rooms_that_own_them() -> None:
    wrong = []
    for room in FORBIDDEN:
        for path in sources(room):
            here = str(path.relative_to(ROOT))
            if any(here == allowed or here.startswith(f"{allowed}/") for allowed in MAY_COMMIT):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                named = isinstance(node, ast.Call) and (getattr(node.func, "attr", "") == "commit" or getattr(node.func, "id", "") == "writing")
                wrong += [f"{here}:{node.lineno}"] if named else []
    assert not wrong, f"{wrong}: write through the desk (or the counter, the holder's room …), whose acts are one transaction each."


def test_no_template_asks_for_a_role() -> None:
    wrong = [str(p.relative_to(ROOT)) for p in (ROOT / "templates").rglob("*.html") if "current_user.roles" in p.read_text() or ".roles" in p.read_text()]
    assert not wrong, f"{wrong}: buttons come from lifecycle.open_to(case, user), menus from portal/menu.py."


def test_no_template_carries_inline_script_or_style() -> None:
    import re

    bad = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son(?:click|change|input|submit|load|error|focus|blur|key\w+|mouse\w+|pointer\w+|touch\w+|drag\w*|toggle|scroll)=|hx-on|javascript:", re.IGNORECASE)
    wrong = [f"{p.relative_to(ROOT)}: {m.group(0)}" for p in (ROOT / "templates").rglob("*.html") if "papers" not in p.parts for m in bad.finditer(p.read_text())]
    assert not wrong, f"{wrong}: the policy forbids it. A script is a file under static/, a look is a class, a width is an SVG attribute."


def test_no_file_grows_past_what_one_person_can_hold() -> None:
    long = {str(p.relative_to(ROOT)): n for room in FORBIDDEN for p in sources(room) if (n := len(p.read_text().splitlines())) > 400}
    assert not long, f"{long}: split by errand."


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports them by their bare name: of two, one would never run."""
    names = [p.name for p in (ROOT / "tests").rglob("test_*.py")]
    twice = sorted({n for n in names if names.count(n) > 1})
    assert not twice, f"{twice}: give each its own name."
