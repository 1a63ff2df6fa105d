"""`flask --app wsgi cutover …`: take over the old system's files, see the plan, run, carry on, undo. docs/cutover.md tells the whole of it."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from workflow import clock, cutover, cutover_cohorts, cutover_intake, cutover_samples
from workflow.cutover_cohorts import COHORTS, EFFECTIVE
from workflow.engine import Refused

SHOWN = 20


@click.group("cutover")
def cutover_cli() -> None:
    """The move from the old system on 1 December 2024."""


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


class Moment(click.ParamType):
    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail("write a moment with its zone, for example 2024-12-01T00:00+08:00", param, ctx)
        if found.tzinfo is None:
            self.fail("say the zone, for example 2024-12-01T00:00+08:00", param, ctx)
        return found


effective_option = click.option("--effective", type=Moment(), default=EFFECTIVE, show_default=EFFECTIVE.isoformat(), help="The moment of the cutover, with its zone.")
chunk_option = click.option("--chunk", type=click.IntRange(1), default=cutover.CHUNK, show_default=True, help="Cases a transaction.")


@cutover_cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where the lists of rejected rows go (default: DATA_DIR/cutover).")
@click.option("--batch", type=click.IntRange(1), default=cutover_intake.BATCH, hidden=True)
def import_files(files: tuple[Path, ...], folder: Path | None, batch: int) -> None:
    """Take over FILES (CSV or XLSX: employers, notices, cards, cases), in the right order. Exit code 1 if a row was rejected."""
    lost = 0
    with _refusals():
        for source in cutover_intake.in_order(list(files)):
            click.echo(f"{source.path.name}: {source.kind}, {source.size:,} bytes, {source.encoding}")
            with _ticking("rows") as tick:
                file = cutover_intake.bring(source, batch=batch, progress=tick)
            click.echo(f"  {file.accepted:,} taken over, {file.known:,} there already, {file.rejected:,} rejected, of {file.position:,} rows")
            lost += file.rejected
            if file.rejected:
                for each in cutover_intake.rejections(file.id, SHOWN):
                    values = cutover_intake.said_values(each)
                    click.echo(f"  line {each.line}, {each.column or 'row'}: {each.msgid % values if values else each.msgid}")
                click.echo(f"  all of them: {cutover_intake.report(file, folder or current_app.config['PORTAL'].data_dir / 'cutover')}")
    sys.exit(1 if lost else 0)


@cutover_cli.command("generate")
@click.option("--cases", type=click.IntRange(1), required=True, help="Cases in flight; cards as many, notifications half as many.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--card-share", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Share of the cases in flight that apply for a card (T3).")
@click.option("--faulty", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share of rows with a fault.")
@click.option("--seed", type=int, default=20241201, show_default=True)
@click.option("--xlsx", is_flag=True, help="Workbooks instead of CSV.")
def generate(cases: int, folder: Path, card_share: float, faulty: float, seed: int, xlsx: bool) -> None:
    """Make invented files of the old system."""
    for path in cutover_samples.make(folder, cases, card_share=card_share, faulty=faulty, seed=seed, xlsx=xlsx).values():
        click.echo(path)


@cutover_cli.command("plan")
@effective_option
@click.option("--cohort", type=click.Choice([c.code for c in COHORTS]), help="List the members of this cohort alone.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the members as CSV instead of showing them.")
def plan(effective: datetime, cohort: str | None, out: Path | None) -> None:
    """How many each cohort has, and which. Nothing is written to the database."""
    found = cutover_cohorts.counts(effective)
    chosen = [c for c in COHORTS if cohort in (None, c.code)]
    for each in chosen:
        by_place = found[each.code]
        click.echo(f"{each.code} {sum(by_place.values()):>9,}  {each.label}: {each.treatment.lower()}" + "".join(f"  {d} {n:,}" for d, n in sorted(by_place.items())))
        if out is None:
            for row in cutover_cohorts.listed(each.code, effective, limit=None if cohort else SHOWN):
                click.echo(f"     {row.number:<24} {row.applicant:<30} {row.employer}{f'  {row.card}' if row.card else ''}{f'  {row.until}' if row.until else ''}")
            if not cohort and sum(by_place.values()) > SHOWN:
                click.echo(f"     … all of them: --cohort {each.code}")
    if out is not None:
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["cohort", "number", "name", "employer", "until", "card"])
            for each in chosen:
                writer.writerows([each.code, r.number, r.applicant, r.employer, r.until, r.card] for r in cutover_cohorts.listed(each.code, effective))
        click.echo(out)


@cutover_cli.command("run")
@effective_option
@chunk_option
@click.option("--dry-run", is_flag=True, help="Say what would be returned, to whom, by when; write nothing.")
def run(effective: datetime, chunk: int, dry_run: bool) -> None:
    """Return the card applications in flight (T3) to preliminary review. Cut short, the same command carries on; done, it changes nothing."""
    with _refusals():
        if dry_run:
            rows = cutover.dry_run(effective)
            for each in rows:
                click.echo(f"{each.division}: {each.cases:,} cases would return to preliminary review, due on {each.due_on}")
            click.echo(f"{sum(r.cases for r in rows):,} cases; nothing was written")
            return
        run_id = cutover.begin(effective)
        if run_id is None:
            click.echo("0 cases to return: nothing was changed")
            return
        with _bar("Returning") as progress:
            cutover.carry_on(run_id, chunk=chunk, progress=progress)
    _say(run_id)


@cutover_cli.command("undo")
@click.argument("run_id", metavar="RUN", type=int)
@chunk_option
def undo(run_id: int, chunk: int) -> None:
    """Put back every case of RUN on which nobody has acted since; the others are named and left."""
    with _refusals(), _bar("Putting back") as progress:
        left = cutover.undo(run_id, chunk=chunk, progress=progress)
    for case in cutover.acted_on(run_id):
        click.echo(f"left, somebody has acted on it: {case.number} {case.applicant} ({case.state.value})")
    click.echo(f"run {run_id}: {cutover.find(run_id).undone:,} cases put back, {left:,} left")


@cutover_cli.command("runs")
def runs() -> None:
    """Every run, the latest first."""
    for each in cutover.runs():
        _say(each.id)


def _say(run_id: int) -> None:
    each = cutover.find(run_id)
    state = "finished" if each.finished_at else "cut short: the same command carries on"
    taken_back = f"; {each.undone:,} put back" if each.undo_at else ""
    click.echo(f"run {each.id} of {each.began_at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M:%S}: {each.done:,} of {each.total:,} returned, {state}{taken_back}")


@contextmanager
def _bar(label: str) -> Iterator[cutover.Progress]:
    """A progress bar on a terminal; elsewhere a line for every step, so that a log shows how far it came."""
    shown: dict[str, Any] = {"bar": None, "done": 0}

    def progress(done: int, total: int) -> None:
        if not sys.stderr.isatty():
            click.echo(f"{label}: {done:,} of {total:,}", err=True)
            return
        if shown["bar"] is None:
            shown["bar"] = click.progressbar(length=total, label=label, show_pos=True, file=sys.stderr).__enter__()
        shown["bar"].length = total
        shown["bar"].update(done - shown["done"])
        shown["done"] = done

    try:
        yield progress
    finally:
        if shown["bar"] is not None:
            shown["bar"].__exit__(None, None, None)


@contextmanager
def _ticking(what: str) -> Iterator[Any]:
    def tick(position: int) -> None:
        click.echo(f"\r  {position:,} {what}", err=True, nl=not sys.stderr.isatty())

    yield tick
    if sys.stderr.isatty():
        click.echo("", err=True)
