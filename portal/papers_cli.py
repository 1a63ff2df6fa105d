"""`flask --app wsgi papers verify FILE…`: is this file a paper of ours, as it was issued, and what is it worth today."""

import json
import sys
from pathlib import Path

import click

from workflow import clock
from workflow.paper_check import STATUS, Checked, check


@click.group("papers")
def papers_cli() -> None:
    """Papers as files."""


@papers_cli.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
def verify(files: tuple[Path, ...], as_json: bool) -> None:
    """Say of each FILE who certified it, whether it was changed, whether its facts, its code and its page agree, and what the register says.

    Exit code 0: all are good. 1: at least one is not to be relied on.
    """
    good = True
    for file in files:
        found = check(file.read_bytes())
        good = good and found.good
        click.echo(json.dumps(_row(file, found), ensure_ascii=False) if as_json else _words(file, found))
    sys.exit(0 if good else 1)


def _row(file: Path, found: Checked) -> dict[str, object]:
    sure = found.certificate
    return {
        "file": str(file), "good": found.good, "certified_by": sure.by if sure else None, "issuer": sure.issuer if sure else None,
        "certified_at": sure.at.isoformat() if sure and sure.at else None, "timestamp": sure.timestamped if sure else None,
        "whole": sure is not None, "unchanged": sure is not None, "code_agrees": found.code, "page_agrees": found.page,
        "status": found.status, "facts": found.facts, "problems": list(found.problems),
    }  # fmt: skip


def _words(file: Path, found: Checked) -> str:
    lines = [f"{file}: {'good' if found.good else 'NOT GOOD'}"]
    if sure := found.certificate:
        at = f"{sure.at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M} in Beijing" if sure.at else "an unknown time"
        clock_of = "a timestamp authority's time" if sure.timestamped else "by the signer's own clock"
        lines += [f"  certified by   {sure.by} (vouched for by {sure.issuer})", f"  certified at   {at}, {clock_of}"]
        lines += ["  the file       the signature covers all of it; nothing was changed since"]
    if found.facts:
        facts = found.facts
        lines += [f"  the paper      {facts['kind']} {facts['number']}, code {facts['ref']}, issued {facts['issued']}"]
        lines += [f"  the facts      {_agree(found.code)} with the code, {_agree(found.page)} with the page"]
        lines += [f"  the register   {STATUS[found.status][0]}"]
    return "\n".join([*lines, *(f"  problem        {problem}" for problem in found.problems)])


def _agree(same: bool | None) -> str:
    return "agree" if same else "DO NOT AGREE"
