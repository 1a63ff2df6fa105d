"""Run the benchmarks and write docs/bench.md: `python -m scripts.bench [NAME …]`.

A benchmark is tests/bench/bench_<name>.py with `main() -> str`, a Markdown table; its docstring's first line is its
heading. Machines are shared and noisy: a benchmark states ratios measured side by side, the median of several.
"""

import os
import platform
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.environment import PYTHON, ROOT

BENCHES = ROOT / "tests" / "bench"
REPORT = ROOT / "docs" / "bench.md"
LIMIT_S = 1800


def machine() -> str:
    """What the figures were taken on, in one line."""
    release = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{os.cpu_count()} cores, {release}, Python {platform.python_version()}, {platform.machine()}"


def measure(path: Path) -> tuple[bool, str]:
    """Run one benchmark in a process of its own; whether it ended well, and its section of the report."""
    name = path.stem.removeprefix("bench_")
    code = f"import tests.bench.{path.stem} as bench; print('## ' + (bench.__doc__ or bench.__name__).splitlines()[0] + '\\n'); print(bench.main())"
    print(f"== {name}", flush=True)
    done = subprocess.run([PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return False, f"## {name}\n\nDid not end well."
    print(done.stdout, flush=True)
    return True, f"{done.stdout.strip()}\n\nCommand: `make bench ARGS={name}`"


def main(names: list[str]) -> int:
    """All benchmarks, or those named; the report is written only when all of them ran and ended well."""
    paths = [path for path in sorted(BENCHES.glob("bench_*.py")) if not names or path.stem.removeprefix("bench_") in names]
    if not paths:
        print(f"No benchmark {' '.join(names)} in {BENCHES.relative_to(ROOT)}", file=sys.stderr)
        return 1
    results = [measure(path) for path in paths]
    if names or not all(well for well, _ in results):
        return 0 if all(well for well, _ in results) else 1
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    head = f"# Benchmarks\n\nMeasured on {today} · {machine()} · `make bench`\n"
    REPORT.write_text("\n\n".join([head, *(section for _, section in results)]) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
