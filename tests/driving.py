"""The browser of the tests is the one of the journey. After each request the test's own database session forgets what it read before.

Every page it fetches is judged (tests/pages.py), and the statements a page sends to the database are counted: a page of more than
`BOUND` fails the test that fetched it, whatever that test was about.
"""

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.exceptions import HTTPException

from portal.journey.browser import Amiss, Browser, Form, Page, htmx, words
from portal.journey.transport import Answer, Inside
from tests.pages import judge
from workflow.models import db

__all__ = ["BOUND", "Amiss", "Browser", "Form", "Page", "browse", "htmx", "words"]

BOUND = 12  # statements a page, the session and the reader's own row included
MORE: dict[str, tuple[int, str]] = {"applications.mine": (13, "an agent's reach is one statement more")}  # endpoint → its own bound and why
_sent: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _count(connection, cursor, statement, parameters, context, executemany) -> None:  # type: ignore[no-untyped-def]
    if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
        _sent.append(statement)


class _Forgetful(Inside):
    def __init__(self, app: Flask, origin: str):
        super().__init__(app.test_client(), origin)
        self.app = app

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        db.session.rollback()
        _sent.clear()
        answer = super().send(method, target, headers, body)
        if method == "GET" and answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            _bounded(self._endpoint(target), target, list(_sent))
        db.session.rollback()
        return answer

    def _endpoint(self, target: str) -> str:
        try:
            return str(self.app.url_map.bind("localhost").match(target.partition("?")[0])[0])
        except HTTPException:
            return ""


def _bounded(endpoint: str, target: str, sent: list[str]) -> None:
    bound, _ = MORE.get(endpoint, (BOUND, ""))
    if len(sent) > bound:
        listed = "\n  ".join(" ".join(statement.split())[:150] for statement in sent)
        raise Amiss(f"{target} ({endpoint}) sends {len(sent)} statements, {bound} are allowed: load what the page shows with the rows (selectinload) or in one query.\n  {listed}")


def browse(app: Flask, origin: str = "http://localhost") -> Browser:
    """A stranger's browser on the application of a test."""
    return Browser(_Forgetful(app, origin), judge=judge)
