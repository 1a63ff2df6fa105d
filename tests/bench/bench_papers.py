"""How fast and how flat papers are printed: `python -m tests.bench.bench_papers`.

Two arms on the same facts, round-robin in one run, so that a noisy machine is noisy for both:
  tuned   workflow.documents.render as it is
  naive   the same page and sheet, faces by name from the system, everything made anew for each paper
The ratio counts, not the milliseconds. Then 160 papers of the tuned arm for the memory, and the smallest parts alone.
Writes nothing unless told where: `--json FILE`.
"""

import argparse
import base64
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.documents.samples import sample
from tests.documents.test_claims import FACTS

ROOT = Path(__file__).resolve().parents[2]
NAIVE_ROUNDS = 5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--arm", choices=("compare", "memory"), default="compare")
    given = asked.parse_args()
    if given.arm == "memory":
        print(json.dumps(memory()))
        return
    figures = compare() | parts()
    alone = [sys.executable, "-m", "tests.bench.bench_papers", "--arm", "memory"]  # a process of its own: RSS only grows
    figures |= json.loads(subprocess.run(alone, cwd=ROOT, check=True, capture_output=True, timeout=600).stdout)
    print("\n".join(f"{name:34} {value}" for name, value in figures.items()))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


def compare() -> dict[str, float]:
    """Medians of the two arms in CPU milliseconds and their ratio."""
    tuned, facts = _tuned(), sample("notification")
    arms: dict[str, Callable[[], bytes]] = {"tuned": lambda: tuned(facts), "naive": lambda: _naive(facts)}
    spent: dict[str, list[float]] = {name: [] for name in arms}
    size: dict[str, int] = {}
    tuned(facts)
    for _ in range(NAIVE_ROUNDS):
        for name, arm in arms.items():
            for _ in range(3 if name == "tuned" else 1):
                start = time.process_time()
                size[name] = len(arm())
                spent[name].append(time.process_time() - start)
    ms = {name: round(statistics.median(times) * 1000, 1) for name, times in spent.items()}
    return {
        "tuned, CPU ms a paper": ms["tuned"],
        "naive, CPU ms a paper": ms["naive"],
        "naive / tuned": round(ms["naive"] / ms["tuned"], 2),
        "tuned, KiB": round(size["tuned"] / 1024, 1),
        "naive, KiB": round(size["naive"] / 1024, 1),
    }


def memory(papers: int = 160) -> dict[str, float]:
    """Resident MiB of a process that printed 20 and 160 papers, every one of different facts."""
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
    import tempfile

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
    from workflow.documents import render

    render.configure(ROOT / "static" / "fonts")
    return lambda facts: render.render("notification", facts)


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
    main()
