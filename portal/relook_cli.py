"""`flask intake relook`: after a new version of a check the stored files are looked at again."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from workflow import relooking
from workflow.intake import passport_page, photo
from workflow.intake.looks import CHECKS


@click.command("relook")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(sorted(CHECKS)), help="Only files of this check; may be given several times.")
@click.option("--limit", type=click.IntRange(1), help="At most so many files; the next run goes on after them.")
@click.option("--dry-run", is_flag=True, help="Look and tell what would change; write nothing.")
@with_appcontext
def relook(kinds: tuple[str, ...], limit: int | None, dry_run: bool) -> None:
    """Look again at the files of drafts and open cases that an earlier version of a check has seen.

    One JSON line a file: material, case, kind, before, version, verdict, added, gone, failed. May be ended and started again at any time.
    Exit code 1: at least one file could not be looked at.
    """
    waiting = relooking.stale(kinds)
    click.echo(f"{len(waiting)} files were seen by an earlier version", err=True)
    if len(waiting) > 1:
        photo.keep_warm()
        passport_page.keep_warm()
    failed = 0
    for each in relooking.look_again(waiting[:limit], dry=dry_run):
        failed += bool(each.failed)
        click.echo(json.dumps(asdict(each), ensure_ascii=False))
    if failed:
        sys.exit(1)
