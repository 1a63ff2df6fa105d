"""`flask intake photo|passport|contract|upload FILE…`: what the portal would say about files, one JSON line each.

For operators, and for measuring. Folders are walked; `--jobs` files are looked at together, lines keep the order of the files.
Sentences are given in Chinese (from the compiled catalogue, English where it is not compiled) and in English.
Exit codes: 0 every file was looked at, whatever its verdict; 1 at least one could not be (its line says why); 2 wrong usage.
"""

import gettext
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

from workflow.intake.findings import N_, Finding, Rule, found, size_text, verdict
from workflow.intake.sandbox import ROOMS
from workflow.profiles import PERMIT_MONTHS

log = logging.getLogger(__name__)
LARGEST = 256 * 1024**2  # bytes; larger files are refused unread
# fmt: off
RULES = {
    "no_file":  Rule("reject", N_("This file cannot be read from the disk (%(measured)s). Check the name and the permissions.")),
    "too_big":  Rule("reject", N_("The file has %(measured)s; at most %(limit)s are read. Scan it again at a lower resolution or save it smaller.")),
    "failed":   Rule("reject", N_("The check itself failed (%(measured)s); nothing is said about the file. The log has the details.")),
}
# fmt: on
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
    name = os.fsencode(path).decode("utf-8", "backslashreplace")  # a name that is no UTF-8 is still told
    return json.dumps({"file": name, "verdict": verdict(findings), "findings": told, **more}, ensure_ascii=False)


def look_at_photo(path: Path, data: bytes) -> str:
    from workflow.intake import looks

    seen = looks.photo(path.name, data)
    facts = seen.facts
    return line(path, seen.findings, checks_run=facts["run"], checks_not_run=facts["not_run"], measures=facts["measures"], cpu_seconds=seen.cpu_seconds)


def look_at_upload(path: Path, data: bytes, *, max_bytes: int, max_pages: int) -> str:
    from workflow.intake.uploads import check_upload

    seen = check_upload(path.name, data, max_bytes=max_bytes, max_pages=max_pages)
    more = {"media_type": seen.media_type, "pages": seen.pages, "width": seen.width, "height": seen.height, "cpu_seconds": seen.cpu_seconds}
    return line(path, seen.findings, **more)


def look_at_passport(path: Path, data: bytes) -> str:
    from workflow.intake import looks

    seen = looks.passport(path.name, data)
    facts = seen.facts
    told = {"mrz": facts["mrz"], "checks": facts["checks"], "fields": facts["fields"], "repaired": facts["repaired"], "turned": facts["turned"]}
    return line(path, seen.findings, **told, checks_not_run=facts["not_run"], cpu_seconds=seen.cpu_seconds)


def look_at_contract(path: Path, data: bytes, *, ocr: bool, permit_class: str | None = None) -> str:
    from workflow.intake.contract_pages import read_contract

    seen = read_contract(path.name, data, ocr=ocr, most_months=PERMIT_MONTHS.get(permit_class or ""))
    reading = seen.reading
    more = {"elements": reading.elements, "chinese": reading.chinese, "han_share": reading.share, "fields": reading.fields(), "pages": reading.pages}
    return line(path, seen.findings, **more, checks_not_run=seen.not_run, cpu_seconds=seen.cpu_seconds)


def walk(paths: Iterable[str]) -> Iterator[Path]:
    """Files as named; the files below a folder, sorted."""
    for each in map(Path, paths):
        yield from sorted(found for found in each.rglob("*") if found.is_file()) if each.is_dir() else (each,)


def show(paths: Iterable[str], jobs: int, look: Callable[[Path, bytes], str]) -> None:
    """Print a line for every file, also for one that cannot be read. Ends with 1 if there was such a one."""
    lacking: list[Path] = []

    def one(path: Path) -> str:
        try:
            if not path.is_file():
                raise FileNotFoundError(0, "no such file" if not path.exists() else "not a file")
            if (size := path.stat().st_size) > LARGEST:
                lacking.append(path)
                return line(path, [found(RULES, "too_big", size_text(size), size_text(LARGEST))])
            return look(path, path.read_bytes())
        except OSError as trouble:
            told = found(RULES, "no_file", trouble.strerror or type(trouble).__name__)
        except Exception as trouble:  # a fault of ours costs this file's answer, never the others'
            log.exception("intake: %s", path)
            told = found(RULES, "failed", type(trouble).__name__)
        lacking.append(path)
        return line(path, [told])

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for told in pool.map(one, walk(paths)):
            click.echo(told)
    if lacking:
        sys.exit(1)


FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str))
JOBS = click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 32), help="Files looked at together.")


@click.group("intake")
def intake_cli() -> None:
    """Look at files as the portal does, one JSON line each.

    Exit code 0: every file was looked at, whatever its verdict. 1: at least one could not be. 2: wrong usage.
    """


@intake_cli.command("photo")
@FILES
@JOBS
def photo_command(files: tuple[str, ...], jobs: int) -> None:
    """Check photos of applicants."""
    from workflow.intake import photo

    if len(files) > 1 or Path(files[0]).is_dir():
        photo.keep_warm()
    show(files, jobs, look_at_photo)


@intake_cli.command("passport")
@FILES
@JOBS
def passport_command(files: tuple[str, ...], jobs: int) -> None:
    """Read the machine-readable zone of passport pages (JPG, PNG, PDF)."""
    from workflow.intake import passport_page

    if len(files) > 1 or Path(files[0]).is_dir():
        passport_page.keep_warm()
    show(files, jobs, look_at_passport)


@intake_cli.command("contract")
@FILES
@JOBS
@click.option("--ocr", is_flag=True, help="Recognise scans too: about twelve CPU-seconds a page, ten pages at most.")
@click.option("--class", "permit_class", type=click.Choice(sorted(PERMIT_MONTHS)), help="Measure the term against what a permit of this class is given for.")
def contract_command(files: tuple[str, ...], jobs: int, ocr: bool, permit_class: str | None) -> None:
    """Locate the elements, language and dates of contracts (PDF, JPG, PNG)."""
    show(files, jobs, partial(look_at_contract, ocr=ocr, permit_class=permit_class))


@intake_cli.command("upload")
@FILES
@JOBS
@click.option("--max-bytes", default=20 * 1024**2, show_default=True, type=click.IntRange(1))
@click.option("--max-pages", default=60, show_default=True, type=click.IntRange(1))
def upload_command(files: tuple[str, ...], jobs: int, max_bytes: int, max_pages: int) -> None:
    """Check uploads of materials (JPG, PNG, PDF)."""
    show(files, jobs, partial(look_at_upload, max_bytes=max_bytes, max_pages=max_pages))
