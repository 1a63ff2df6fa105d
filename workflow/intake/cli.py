"""`flask intake photo|passport|upload FILE…`: what the portal would say about files, one JSON line each.

For operators, and for measuring. Folders are walked; `--jobs` files are looked at together, lines keep the order of the files.
Sentences are given in Chinese (from the compiled catalogue, English where it is not compiled) and in English.
"""

import gettext
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from workflow.intake.findings import N_, Finding, Rule, found, verdict
from workflow.intake.sandbox import ROOMS

RULES = {"no_file": Rule("reject", N_("This file cannot be read from the disk (%(measured)s). Check the name and the permissions."))}
TRANSLATIONS = ROOMS.parent / "translations"


@cache
def _chinese() -> Callable[[str], str]:
    return gettext.translation("messages", TRANSLATIONS, ["zh_Hans_CN"], fallback=True).gettext


def line(path: Path, findings: Iterable[Finding], **more: Any) -> str:
    """One JSON object: file, verdict, findings with both sentences, and whatever the check adds."""
    findings = list(findings)
    told = [
        {
            "code": each.code,
            "level": each.level,
            "target": each.target,
            "measured": each.measured,
            "limit": each.limit,
            "zh": each.sentence(_chinese()),
            "en": each.sentence(),
        }
        for each in findings
    ]
    return json.dumps({"file": str(path), "verdict": verdict(findings), "findings": told, **more}, ensure_ascii=False)


def look_at_photo(path: Path, data: bytes) -> str:
    from workflow.intake.photo import examine_photo

    report = examine_photo(data)
    more = {"checks_run": report.run, "checks_not_run": report.not_run, "measures": report.measures, "cpu_seconds": report.cpu_seconds}
    return line(path, report.findings, **more)


def look_at_upload(path: Path, data: bytes, *, max_bytes: int, max_pages: int) -> str:
    from workflow.intake.uploads import check_upload

    seen = check_upload(path.name, data, max_bytes=max_bytes, max_pages=max_pages)
    more = {"media_type": seen.media_type, "pages": seen.pages, "width": seen.width, "height": seen.height, "cpu_seconds": seen.cpu_seconds}
    return line(path, seen.findings, **more)


def look_at_passport(path: Path, data: bytes) -> str:
    from workflow.intake.passport_page import read_passport

    seen = read_passport(path.name, data, datetime.now(ZoneInfo("Asia/Shanghai")).date())
    zone = seen.mrz
    more = {"mrz": list(zone.lines) if zone else [], "checks": zone.checks if zone else {}, "fields": seen.fields}
    return line(path, seen.findings, **more, checks_not_run=seen.not_run, cpu_seconds=seen.cpu_seconds)


def walk(paths: Iterable[str]) -> Iterator[Path]:
    """Files as named; the files below a folder, sorted."""
    for each in map(Path, paths):
        yield from sorted(found for found in each.rglob("*") if found.is_file()) if each.is_dir() else (each,)


def show(paths: Iterable[str], jobs: int, look: Callable[[Path, bytes], str]) -> None:
    """Print a line for every file; one that cannot be read gets its line too."""

    def one(path: Path) -> str:
        try:
            data = path.read_bytes()
        except OSError as trouble:
            return line(path, [found(RULES, "no_file", trouble.strerror or type(trouble).__name__)])
        return look(path, data)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for told in pool.map(one, walk(paths)):
            click.echo(told)


FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str))
JOBS = click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 32), help="Files looked at together.")


@click.group("intake")
def intake_cli() -> None:
    """Look at files as the portal does, one JSON line each."""


@intake_cli.command("photo")
@FILES
@JOBS
def photo_command(files: tuple[str, ...], jobs: int) -> None:
    """Check photos of applicants."""
    show(files, jobs, look_at_photo)


@intake_cli.command("passport")
@FILES
@JOBS
def passport_command(files: tuple[str, ...], jobs: int) -> None:
    """Read the machine-readable zone of passport pages (JPG, PNG, PDF)."""
    show(files, jobs, look_at_passport)


@intake_cli.command("upload")
@FILES
@JOBS
@click.option("--max-bytes", default=20 * 1024**2, show_default=True, type=click.IntRange(1))
@click.option("--max-pages", default=60, show_default=True, type=click.IntRange(1))
def upload_command(files: tuple[str, ...], jobs: int, max_bytes: int, max_pages: int) -> None:
    """Check uploads of materials (JPG, PNG, PDF)."""
    show(files, jobs, partial(look_at_upload, max_bytes=max_bytes, max_pages=max_pages))
