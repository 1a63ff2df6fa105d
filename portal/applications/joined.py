"""Files that came in parts, where a form is sent: the form names them instead of bringing them. Sending itself: parts.py."""

from contextlib import suppress
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_login import current_user

from portal.fragments import refusal_text
from portal.inspected import words
from workflow import attaching
from workflow.engine import Refused
from workflow.models import Case
from workflow.parts import Parts, Promise


def store() -> Parts:
    return Parts(current_app.config["PORTAL"].data_dir / "parts")


def take(case: Case, kind: str, token: str, issued_on: date | None) -> tuple[str, list[str]]:
    """Attach one finished upload: (its name, why it was not taken). What is attached already is left as it is.

    Raises Refused where the upload is unknown, bytes are missing or not those that were promised.
    """
    kept = store()
    if kept.attached(token, owner=current_user.id, case=case.id):
        return "", []
    promise = kept.find(token, owner=current_user.id, case=case.id)
    if promise.kind != kind:
        kept.drop(promise)
        raise Refused("gone", attaching.NOT_ASKED)
    return promise.name, [words(f) for f in join(kept, promise, issued_on)]


def join(kept: Parts, promise: Promise, issued_on: date | None) -> tuple[Any, ...]:
    """The findings of a file that was not taken, () for one that was. Its bytes go only when the file has its answer."""
    data = kept.finish(promise)
    done = attaching.attach(promise.case, promise.kind, promise.name, data, by=current_user, key=promise.deed, issued_on=issued_on, how="parts")
    if done.material is None:
        kept.drop(promise)
        return done.findings
    kept.close(promise)
    return ()


def names(case: Case, tokens: list[str]) -> list[str]:
    """What the files of these uploads are called; one that is unknown has no name."""
    kept, found = store(), []
    for token in tokens:
        with suppress(Refused):
            found.append(kept.find(token, owner=current_user.id, case=case.id).name)
    return found


def take_all(case: Case, kind: str, tokens: list[str], issued_on: date | None) -> list[str]:
    """As many files as the form names: the sentences of those that were not taken."""
    wrong = []
    for token in tokens:
        try:
            name, told = take(case, kind, token, issued_on)
        except Refused as refusal:
            name, told = "", [refusal_text(refusal)]
        wrong += [f"{name}{gettext(': ')}{text}" if name and len(tokens) > 1 else text for text in told]
    return wrong
