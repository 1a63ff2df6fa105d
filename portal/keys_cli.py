"""`flask --app wsgi keys …`: the keys that sign the papers. They lie in KEYS_DIR, never in the database. docs/runbook.md tells when to use what.

The server and the worker notice a change by themselves: nothing has to be started again.
"""

import json
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from workflow import issuing, jobs, reissuing
from workflow.documents import keyfiles
from workflow.documents.credential import ACTIVE, RETIRED, REVOKED, Keyring
from workflow.documents.refs import normalise_ref, pretty_ref
from workflow.engine import Refused
from workflow.models import PaperRow, db
from workflow.notice import NoticeState


@click.group("keys")
def keys_cli() -> None:
    """The keys that sign the papers."""


def _folder() -> Path:
    return Path(current_app.config["PORTAL"].keys_dir)


@keys_cli.command("new")
def new() -> None:
    """Make a key. It signs from now on; those before it go on verifying until they are retired or revoked."""
    click.echo(f"{_make()} signs from now on")


@keys_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list: kid, state, signs, created, retired, revoked, papers, in_force.")
def list_keys(as_json: bool) -> None:
    """Every key with its state, oldest first, and how many papers it signed (those in force in brackets)."""
    keys = issuing.keyring()
    counted = _papers()
    rows: list[dict[str, Any]] = [
        {**noted, "signs": noted["kid"] == keys.signing, "papers": counted.get(noted["kid"], (0, 0))[0], "in_force": counted.get(noted["kid"], (0, 0))[1]}
        for noted in keyfiles.rows(_folder())
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        signs = "signs" if row["signs"] else ""
        since = " ".join(f"{word} {row[word]}" for word in ("created", RETIRED, REVOKED) if word in row)
        click.echo(f"{row['kid']:<16} {row['state']:<8} {signs:<6} {row['papers']:>7} papers ({row['in_force']})  {since}")


@keys_cli.command("retire")
@click.argument("kid")
def retire(kid: str) -> None:
    """KID signs no longer; what it signed stays genuine. Refused for the only key that can sign."""
    _known(kid, ACTIVE)
    if issuing.keyring().signing == kid and _others(kid) == []:
        raise click.ClickException("It is the only key that can sign. Make another first: flask --app wsgi keys new")
    Keyring.mark(_folder(), kid, RETIRED)
    click.echo(f"{kid} is retired: its papers stay genuine. {issuing.keyring().signing} signs")


@keys_cli.command("revoke")
@click.argument("kid")
@click.confirmation_option(prompt="Nothing that this key signed will be accepted any more, for good. Go on?")
def revoke(kid: str) -> None:
    """KID was lost or leaked: nothing it signed counts any more. Makes a new key where no other can sign."""
    _known(kid, ACTIVE, RETIRED)
    if not _others(kid):
        click.echo(f"{_make()} signs from now on")
    Keyring.mark(_folder(), kid, REVOKED)
    click.echo(f"{kid} is revoked. {len(reissuing.affected())} papers in force are to be issued anew: flask --app wsgi keys reissue")


@keys_cli.command("reissue")
@click.argument("references", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All papers of the list.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def reissue(references: tuple[str, ...], every: bool, as_json: bool) -> None:
    """List the papers in force whose key was revoked; issue those with REFERENCES (or --all) anew.

    Same facts and dates, new reference and signature; the former paper is superseded, the employer and the holder are told.
    """
    rows = reissuing.affected()
    if not references and not every:
        for row in rows:
            _say(row, None, as_json)
        return
    wanted = {row.ref for row in rows} if every else {_reference(text) for text in references}
    if unknown := wanted - {row.ref for row in rows}:
        raise click.ClickException(f"Not on the list: {', '.join(sorted(unknown))}")
    for paper_id in [row.id for row in rows if row.ref in wanted]:
        try:
            done = reissuing.reissue(paper_id)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        _say(db.session.get_one(PaperRow, paper_id), done, as_json)
    jobs.wake()


def _say(old: PaperRow, new: PaperRow | None, as_json: bool) -> None:
    facts = {"reference": old.ref, "number": old.number, "kind": old.kind.value, "key": old.kid, "case": old.case.number}
    if as_json:
        click.echo(json.dumps(facts | ({"new_reference": new.ref, "new_number": new.number, "new_key": new.kid} if new else {})))
        return
    became = f" → {pretty_ref(new.ref)}  {new.number}" if new else ""
    click.echo(f"{pretty_ref(old.ref)}  {old.number:<26} {old.kind.value:<24} key {old.kid}{became}")


def _reference(text: str) -> str:
    try:
        return normalise_ref(text)
    except ValueError as wrong:
        raise click.ClickException(f"{text}: {wrong}") from wrong


def _make() -> str:
    keys = Keyring.create(_folder())
    assert keys.signing is not None
    return keys.signing


def _known(kid: str, *states: str) -> None:
    state = issuing.keyring().states.get(kid)
    if state is None:
        raise click.ClickException(f"There is no key {kid}. See: flask --app wsgi keys list")
    if state not in states:
        raise click.ClickException(f"{kid} is {state} already; that is not taken back.")


def _others(kid: str) -> list[str]:
    """Other active keys."""
    return [other for other, state in issuing.keyring().states.items() if state == ACTIVE and other != kid]


def _papers() -> dict[str, tuple[int, int]]:
    """Key id → (papers signed, of them in force); empty where no database is at hand."""
    in_force = sa.func.sum(sa.case((PaperRow.state == NoticeState.IN_FORCE, 1), else_=0))
    try:
        return {kid: (number, live) for kid, number, live in db.session.execute(sa.select(PaperRow.kid, sa.func.count(), in_force).group_by(PaperRow.kid))}
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return {}
