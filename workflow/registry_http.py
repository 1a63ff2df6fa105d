"""The business registry over HTTP, for a house that has one to ask. Contract, one request a code:

    GET <REGISTRY_URL>/<code>    Accept: application/json, Authorization: Bearer <REGISTRY_TOKEN> if there is one
    200 {"credit_code": "…", "name": "…", "legal_representative": "…", "address": "…", "registered_on": "2020-05-06"}    only the first two must be there
    404                          nothing is registered under this code

Anything else (another status, a redirect, a body that is no such object or speaks of another code, no answer in time) is no answer:
Unreachable, tried again after a pause, and after some failures in a row not asked for a while (circuit.py).
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import urllib3

from workflow.circuit import Circuit, Open

LARGEST = 64 * 1024
TRIES, TIMEOUT, PAUSE = 3, 3.0, 0.3  # tries a question; seconds a try; first pause, doubled each time


class Unreachable(ConnectionError):
    """The registry gave no answer that can be used. Says nothing about the company."""


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    legal_representative: str = ""
    address: str = ""
    registered_on: str = ""


class HttpRegistry:
    def __init__(self, url: str, token: str = "", *, tries: int = TRIES, timeout: float = TIMEOUT, pause: float = PAUSE, circuit: Circuit | None = None, sleep: Callable[[float], None] = time.sleep):
        if not url.startswith(("https://", "http://")):
            raise ValueError("REGISTRY_URL must begin with https:// (or http:// inside a closed network)")
        self._url, self._tries, self._pause, self._sleep = url.rstrip("/"), tries, pause, sleep
        self._headers = {"Accept": "application/json", "User-Agent": "work-permit-portal"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=4, retries=False, timeout=urllib3.Timeout(total=timeout))
        self.circuit = circuit or Circuit("the business registry")

    def entry(self, code: str) -> Entry | None:
        """What stands under this code; None if nothing does. Raises Unreachable."""
        try:
            return self.circuit.call(lambda: self._patiently(code), Unreachable)
        except Open as resting:
            raise Unreachable(str(resting)) from None

    def _patiently(self, code: str) -> Entry | None:
        for turn in range(self._tries):
            try:
                return self._once(code)
            except Unreachable:
                if turn + 1 == self._tries:
                    raise
                self._sleep(self._pause * 2**turn * random.uniform(0.7, 1.3))  # noqa: S311 - spreads callers, hides nothing
        raise AssertionError("no try was made")

    def _once(self, code: str) -> Entry | None:
        try:
            answer = self._pool.request("GET", f"{self._url}/{quote(code, safe='')}", headers=self._headers, redirect=False, preload_content=False)
            try:
                body = answer.read(LARGEST + 1)
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as failure:
            raise Unreachable(f"no answer: {type(failure).__name__}") from None
        if answer.status == 404:
            return None
        if answer.status != 200 or len(body) > LARGEST:
            raise Unreachable(f"status {answer.status}, {len(body)} bytes")
        return _read(body, code)


def _read(body: bytes, code: str) -> Entry:
    try:
        said: Any = json.loads(body)
    except ValueError:
        raise Unreachable("the answer is no JSON") from None
    if not isinstance(said, dict) or str(said.get("credit_code", "")).upper() != code or not isinstance(said.get("name"), str) or not said["name"].strip():
        raise Unreachable("the answer speaks of something else")
    return Entry(said["name"][:200], *(str(said.get(key) or "")[:200] for key in ("legal_representative", "address", "registered_on")))
