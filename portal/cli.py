"""Commands for operators and scripts. `flask --app wsgi --help` lists them."""

import json
import sys

import click
from flask import Flask, current_app

from portal import seeds
from portal.cutover_cli import cutover_cli
from portal.journey.command import journey
from portal.keys_cli import keys_cli
from portal.papers_cli import papers_cli
from portal.relook_cli import relook
from workflow import jobs, ledger, reminders
from workflow.intake import passport_page, photo
from workflow.intake.cli import intake_cli


def register(app: Flask) -> None:
    for command in (accounts_cli, seeds_cli, casefile_cli, jobs_cli, reminders_cli, journey, cutover_cli, keys_cli, papers_cli, intake_cli):
        app.cli.add_command(command)
    intake_cli.add_command(relook)


@click.group("accounts")
def accounts_cli() -> None:
    """Accounts."""


@accounts_cli.command("demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON list: role, sign_in, password, totp_secret.")
def accounts_demo(as_json: bool) -> None:
    """The demonstration accounts of every role. Refused outside demonstration mode."""
    if current_app.config["PORTAL"].mode == "production":
        raise click.ClickException("There are no demonstration accounts outside demonstration mode.")
    rows = seeds.accounts()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['role']:<12} {row['sign_in']:<32} {row['password']:<18} {row['totp_secret'] or ''}")


@click.group("seeds")
def seeds_cli() -> None:
    """Demonstration data."""


@seeds_cli.command("demo")
def seeds_demo() -> None:
    """Load invented people, employers and cases, once."""
    click.echo("loaded" if seeds.load_demonstration() else "already there")


@click.group("casefile")
def casefile_cli() -> None:
    """The case file."""


@casefile_cli.command("verify")
def casefile_verify() -> None:
    """Read every line of every file; name each that was changed, removed, reordered or cut off. Exit code 1 if any."""
    wrong = 0
    for kind, key, what in ledger.verify():
        wrong += 1
        click.echo(f"{kind} {key}: {what}")
    click.echo(f"{ledger.count()} lines read, {wrong} files with something wrong")
    sys.exit(1 if wrong else 0)


@click.group("reminders")
def reminders_cli() -> None:
    """Reminders before a permit ends and after entry."""


@reminders_cli.command("run")
def reminders_run() -> None:
    """Write what is due today and was not written, and send it. The worker does this every morning; run twice it tells nobody twice."""
    click.echo(f"{reminders.sweep()} reminders")
    jobs.wake()


@click.group("jobs")
def jobs_cli() -> None:
    """Work after the act."""


@jobs_cli.command("work")
@click.option("--once", is_flag=True, help="Do what is due and end.")
def jobs_work(once: bool) -> None:
    """Print papers and send messages from the outbox, until ended."""
    if once or current_app.extensions.get("queue") is None:
        click.echo(f"{jobs.work()} done")
        return
    from huey.consumer import Consumer

    photo.keep_warm()
    passport_page.keep_warm()
    jobs.work()
    Consumer(current_app.extensions["queue"], workers=1, periodic=True, initial_delay=0.1, backoff=1.15, max_delay=1.0).run()
