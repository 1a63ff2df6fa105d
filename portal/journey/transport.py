"""Ways to carry a request: into the application within this process, or over real HTTP. Each answers an Answer and keeps the cookies.

A transport is anything with `send(method, target, headers, body) -> Answer`; `target` is path and query.
"""

from contextvars import Context
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from http.cookies import SimpleCookie
from typing import Any, Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers in lower case (the last one wins; cookies are the transport's own matter), body as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


class Transport(Protocol):
    origin: str

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer: ...


class Inside:
    """A test client of Werkzeug (Flask's): no socket. It keeps the cookies itself.

    Each request runs in a context of its own, as on a server: with an application context around it, Flask would share `g` (and so the
    signed-in user) between requests.
    """

    def __init__(self, client: Any, origin: str = "http://localhost"):
        self.client, self.origin = client, origin

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        return Context().run(self._send, method, target, headers, body)

    def _send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        with self.client.open(target, method=method, headers=headers, data=body, base_url=self.origin) as answer:
            return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.get_data())


class Http:
    """A server at `origin`, for instance http://127.0.0.1:8000. One connection a request; cookies of path / only, which is all this house sets."""

    def __init__(self, origin: str, timeout: float = 60):
        self.origin, self.timeout, self.cookies = origin.rstrip("/"), timeout, dict[str, str]()

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(self.origin)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=self.timeout)
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, target, body or None, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
