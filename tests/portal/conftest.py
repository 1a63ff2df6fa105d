"""People who sign in through the real forms, in a browser without a screen."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal import seeds
from tests.driving import Browser, browse


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A stranger's browser."""
    return browse(app)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], Browser]:
    """sign_in("lin") is the browser of the demonstration person whose sign-in begins so; each call is another browser."""

    def enter(short: str) -> Browser:
        account = next(a for a in seeds.accounts() if a["sign_in"].startswith(f"{short}@"))
        return browse(app).sign_in(account["sign_in"], account["password"], account["totp_secret"])

    return enter
