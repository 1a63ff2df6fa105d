"""The browser of the tests is the one of the journey. After each request the test's own database session forgets what it read before."""

from flask import Flask

from portal.journey.browser import Amiss, Browser, Form, Page, htmx, words
from portal.journey.transport import Answer, Inside
from workflow.models import db

__all__ = ["Amiss", "Browser", "Form", "Page", "browse", "htmx", "words"]


class _Forgetful(Inside):
    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        db.session.rollback()
        answer = super().send(method, target, headers, body)
        db.session.rollback()
        return answer


def browse(app: Flask, origin: str = "http://localhost") -> Browser:
    """A stranger's browser on the application of a test."""
    return Browser(_Forgetful(app.test_client(), origin))
