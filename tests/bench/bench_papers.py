"""One notification: how fast, how large, how flat in memory.

Arms on the same facts, in turn in one run, so that a noisy machine is noisy for all; the ratios count, not the milliseconds:
  tuned      workflow.documents.render as it is: PDF/A-3a with its facts attached
  certified  the same, with its PAdES certification
  naive      the same page and sheet by WeasyPrint, faces by name from the system, everything made anew for each paper, plain PDF
  typst, reportlab  the same words by other programs (other_ways.py), where requirements-bench.txt is installed
Then 200 papers of the tuned arm for the memory, and the smallest parts alone. `python -m tests.bench.bench_papers`
"""

import base64
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from tests.documents.samples import sample
from tests.documents.test_claims import FACTS

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, OF_A_ROUND = 5, {"naive": 1}
OTHERS = ("typst", "reportlab")


def main() -> str:
    """The table, as Markdown."""
    spent, size = compare()
    alone = [sys.executable, "-m", "tests.bench.bench_papers", "memory"]  # a process of its own: RSS only grows
    figures = parts() | json.loads(subprocess.run(alone, cwd=ROOT, check=True, capture_output=True, timeout=900).stdout)
    base = spent.get("typst") or spent["tuned"]
    lines = [f"| way | CPU ms a paper, median | {'typst' if 'typst' in spent else 'tuned'} = 1 | KiB |", "|---|---|---|---|"]
    lines += [f"| {name} | {spent[name] * 1000:.1f} | {spent[name] / base:.2f} | {size[name] / 1024:.1f} |" for name in spent]
    left_out = [name for name in OTHERS if name not in spent]
    lines += ["", f"Left out, not installed: {', '.join(left_out)} (requirements-bench.txt)."] if left_out else []
    return "\n".join([*lines, "", "| part | |", "|---|---|", *(f"| {name} | {value} |" for name, value in figures.items())])


def compare() -> tuple[dict[str, float], dict[str, int]]:
    """CPU seconds of each arm (median) and bytes of its paper."""
    tuned, facts = _tuned(), sample("notification")
    with tempfile.TemporaryDirectory() as folder:
        from workflow.documents import sign

        signer = sign.ensure_demonstration(Path(folder))
        arms: dict[str, Callable[[dict], bytes]] = {"tuned": tuned, "certified": lambda given: signer.certify(tuned(given)), "naive": _naive, **_others()}
        size = {name: len(arm(facts)) for name, arm in arms.items()}  # warm
        spent: dict[str, list[float]] = {name: [] for name in arms}
        for turn in range(ROUNDS):
            for name, arm in arms.items():
                for nth in range(OF_A_ROUND.get(name, 3)):
                    own = facts | {"number": f"440300-TZ-2026-{turn:03d}{nth:03d}"}
                    start = time.process_time()
                    arm(own)
                    spent[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in spent.items()}, size


def _others() -> dict[str, Callable[[dict], bytes]]:
    from tests.bench import other_ways

    return {name: getattr(other_ways, name)() for name in OTHERS if find_spec(name)}


def memory(papers: int = 200) -> dict[str, float]:
    """Resident MiB of a process that printed 20 and 200 papers, every one of different facts."""
    tuned, seen = _tuned(), {}
    for nth in range(1, papers + 1):
        facts = sample("notification")
        own = {"number": f"440300-TZ-2026-{nth:06d}", "name": f"{facts['name']} {nth}", "family_count": nth}
        tuned(facts | own | {"qr_url": f"{facts['qr_url']}{nth}"})
        if nth in (20, papers):
            seen[f"MiB after {nth} papers"] = round(_resident(), 1)
    return seen | {"MiB at the peak": round(_resident("VmHWM:"), 1)}


def parts() -> dict[str, float]:
    """The symbol, the signature and the check of one, CPU milliseconds, median of 30."""
    from workflow.documents import claims, credential, qr

    with tempfile.TemporaryDirectory() as folder:
        keys = credential.Keyring.create(Path(folder))
    payload = claims.encode(FACTS)
    token = keys.sign(payload)
    address = credential.url("https://portal.example", FACTS["ref"], token)
    work: dict[str, Callable[[], object]] = {
        "QR as SVG, CPU ms": lambda: qr.svg(address, "code"),
        "sign, CPU ms": lambda: keys.sign(payload),
        "verify, CPU ms": lambda: keys.verify(token),
    }
    return {name: _median(part) for name, part in work.items()}


def _median(part: Callable[[], object], rounds: int = 30) -> float:
    part()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        part()
        times.append(time.process_time() - start)
    return round(statistics.median(times) * 1000, 2)


def _tuned() -> Callable[[dict], bytes]:
    from workflow.documents import attached, render

    render.configure(ROOT / "static" / "fonts")
    within = attached.facts_files(_token(), "440300-TZ-2026-001842")
    return lambda facts: render.render("notification", facts, within)


def _token() -> bytes:
    vectors = json.loads((ROOT / "tests" / "documents" / "vectors" / "vectors.json").read_text())["vectors"]
    return bytes.fromhex(vectors[0]["token"])


def _naive(facts: dict) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from workflow.documents import fetching, pages, qr, render

    faces = FontConfiguration()
    water = "data:image/svg+xml;base64," + base64.b64encode((render.PAPERS / "waterlines.svg").read_bytes()).decode()
    fetcher = fetching.PaperFetcher({})
    sheet = CSS(string=(render.PAPERS / "paper.css").read_text().replace("ornament:waterlines", water), font_config=faces, url_fetcher=fetcher)
    page = pages.page("notification", facts)
    page = re.sub(r'<img src="symbol:qr"[^>]*>', str(qr.svg(facts["qr_url"], "code")), page)
    html = HTML(string=page, url_fetcher=fetcher)
    pdf = html.write_pdf(stylesheets=[sheet], font_config=faces, pdf_tags=True)
    assert pdf is not None
    return pdf


def _resident(line_begins: str = "VmRSS:") -> float:
    # getrusage's ru_maxrss would be the parent's: it outlives exec
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(line_begins))


if __name__ == "__main__":
    print(json.dumps(memory()) if sys.argv[1:] == ["memory"] else main())
