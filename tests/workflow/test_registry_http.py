"""The business registry over HTTP, asked for real on loopback: found, another name, nothing there, down, slow, nonsense, and back again."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from tests.driving import browse
from workflow import accounts, clock, jobs, ledger, registry
from workflow.circuit import Circuit
from workflow.employer import EmployerState
from workflow.engine import Refused
from workflow.models import Employer, Event, Message, Outbox, db, writing
from workflow.registry import Answer
from workflow.registry_http import HttpRegistry, Unreachable

CODE, NAME = "91310115MA5F0000XB", "上海澄波海洋工程有限公司"
FORM = {
    "credit_code": CODE, "name": NAME, "name_en": "", "kind": "limited", "industry": "M", "legal_representative": "卫川", "department_head": "孙宜",
    "registered_address": "上海市浦东新区海阳路 3 号", "office_address": "上海市浦东新区海阳路 3 号", "phone": "021-50000018",
    "handler_name": "许若", "handler_phone": "021-50000019", "email": "xu@chengbo.example", "password": "八个字的中文密码",
}  # fmt: skip


@contextmanager
def serving(answer, port=0):
    """A registry on loopback. `answer(path, headers)` gives (status, body as bytes); asked paths are noted."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            status, body = answer(self.path, len(asked))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/companies", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def company(path, _turn):
    return (200, json.dumps({"credit_code": CODE, "name": NAME, "address": "上海"}).encode()) if path.endswith(CODE) else (404, b"{}")


def outside(url, **options):
    return HttpRegistry(url, "a token", **{"timeout": 1.0, "pause": 0.0, "sleep": lambda _: None} | options)


def nobody_there():
    """An address on which nothing listens."""
    with serving(company) as (url, _):
        pass
    return url


def test_a_company_is_found_and_the_token_goes_along(app):
    with serving(company) as (url, asked):
        registry.bind(app, outside(url))
        assert registry.look_up(CODE, NAME).answer is Answer.MATCH
        assert registry.look_up(CODE, "上海澄波有限公司").answer is Answer.NAME_DIFFERS
        assert registry.look_up("91440300MA5F0000X1", "深圳市云岭精密仪器有限公司").answer is Answer.NOT_FOUND, "the embedded table is not asked"
    assert asked[0][0] == f"/companies/{CODE}"
    assert asked[0][1]["Authorization"] == "Bearer a token"


def test_a_malformed_code_asks_nobody(app):
    with serving(company) as (url, asked):
        registry.bind(app, outside(url))
        assert registry.look_up("../../secrets?x=", NAME).answer is Answer.MALFORMED
    assert not asked


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"oh"), (200, b"<html>"), (200, b'{"credit_code": "91440300MA5F0000X1", "name": "another"}'), (200, b'{"credit_code": "' + CODE.encode() + b'"}'), (302, b""),
        (200, b"[" * 70_000), (200, b"[]"), (429, b""),
    ],
    ids=["500", "no JSON", "another company", "no name", "redirect", "too large", "a list", "too many"],
)  # fmt: skip
def test_what_is_no_answer_is_never_taken_for_one(app, answer):
    with serving(lambda *_: answer) as (url, asked):
        registry.bind(app, outside(url))
        assert registry.look_up(CODE, NAME).answer is Answer.UNCHECKED
    assert len(asked) == 3, "it was tried again"


def test_one_bad_moment_is_bridged_by_another_try(app):
    with serving(lambda path, turn: (503, b"") if turn < 3 else company(path, turn)) as (url, asked):
        registry.bind(app, outside(url))
        assert registry.look_up(CODE, NAME).answer is Answer.MATCH
    assert len(asked) == 3


def test_a_registry_that_says_nothing_is_not_waited_for():
    gate = threading.Event()
    with serving(lambda path, turn: (gate.wait(5), company(path, turn))[1]) as (url, _):
        began = time.monotonic()
        with pytest.raises(Unreachable):
            outside(url, timeout=0.2, tries=2).entry(CODE)
        assert time.monotonic() - began < 3
        gate.set()


def test_after_failures_in_a_row_it_is_left_alone_then_tried_once_and_trusted_again():
    now = [0.0]
    well = [False]
    with serving(lambda path, turn: company(path, turn) if well[0] else (500, b"")) as (url, asked):
        source = outside(url, tries=1, circuit=Circuit("registry", failures=3, rest=30, now=lambda: now[0]))
        for _ in range(10):
            with pytest.raises(Unreachable):
                source.entry(CODE)
        assert len(asked) == 3
        now[0], well[0] = 31, True
        assert source.entry(CODE).name == NAME
        assert source.entry(CODE).name == NAME
        assert len(asked) == 5


def register(app):
    browser = browse(app)
    browser.get("/register-employer", expect=200)
    authority = browser.page.form("/register-employer").offered("authority")[-1]  # the last named: Shenzhen's
    browser.submit({**FORM, "authority": authority}, form="/register-employer")
    return browser


def row():
    return db.session.scalar(sa.select(Employer).where(Employer.credit_code == CODE))


def later():
    """What is due in an hour is due now."""
    with writing() as session:
        session.execute(sa.update(Outbox).where(Outbox.done_at.is_(None)).values(due_at=clock.now()))
    return jobs.work()


def test_an_employer_registers_while_the_registry_is_down_and_is_checked_when_it_is_back(app, who):
    registry.bind(app, outside(nobody_there(), tries=1))
    browser = register(app)
    assert (browser.page.status, browser.page.path) == (200, "/employer")
    assert "工商登记" in browser.page.text or "登记库" in browser.page.text
    assert (row().registry_state, row().state) == ("unchecked", EmployerState.PENDING)
    assert later() == 0, "it is down still"
    waiting = db.session.scalar(sa.select(Outbox).where(Outbox.task == "check_registry"))
    assert waiting.done_at is None
    assert "Unreachable" in waiting.failure
    with serving(company) as (url, _):
        registry.bind(app, outside(url))
        assert later() == 1
        assert later() == 0
    assert row().registry_state == "match"
    assert row().registry_checked_at is not None
    said = db.session.scalars(sa.select(Message.msgid).where(Message.employer_id == row().id)).all()
    assert said == [accounts.REGISTRY_AGREES]
    assert not list(ledger.verify())


def test_what_the_registry_says_later_reaches_the_employer(app):
    registry.bind(app, outside(nobody_there(), tries=1))
    register(app)
    with serving(lambda *_: (404, b"")) as (url, _):
        registry.bind(app, outside(url))
        later()
    assert row().registry_state == "not_found"
    message = db.session.scalar(sa.select(Message).where(Message.employer_id == row().id))
    assert message.values == {"number": CODE}
    browser = browse(app)
    browser.sign_in(FORM["email"], FORM["password"], None)
    browser.get("/messages", expect=200)
    assert CODE in browser.page.text


def test_an_unchecked_employer_is_confirmed_only_with_a_reason_that_stays(app, who):
    registry.bind(app, outside(nobody_there(), tries=1))
    register(app)
    employer = row()
    officer = db.session.scalar(sa.select(Employer.authority_id).where(Employer.id == employer.id))
    by = next(u for u in (who("zhou"), who("bai")) if u.authority_id == officer)
    with pytest.raises(Refused, match="has not confirmed"):
        accounts.decide_employer(employer.id, "confirm", by=by, seen=None)
    with pytest.raises(Refused) as empty:
        accounts.decide_employer(employer.id, "confirm_unchecked", by=by, seen=None, reason="  ")
    assert empty.value.code == "asks:reason"
    assert accounts.decide_employer(employer.id, "confirm_unchecked", by=by, seen=None, reason="营业执照原件已核对").state is EmployerState.CONFIRMED
    line = db.session.scalar(sa.select(Event).where(Event.subject == "employer", Event.subject_id == employer.id, Event.trigger == "confirm_unchecked"))
    assert line.facts == {"reason": "营业执照原件已核对"}


def test_who_is_checked_needs_no_way_round(app, who):
    register(app)
    employer = row()
    by = next(u for u in (who("zhou"), who("bai")) if u.authority_id == employer.authority_id)
    with pytest.raises(Refused, match="agrees"):
        accounts.decide_employer(employer.id, "confirm_unchecked", by=by, seen=None, reason="x")


def test_the_officers_page_stands_while_the_registry_is_down(app, sign_in_as):
    registry.bind(app, outside(nobody_there(), tries=1))
    register(app)
    browser = sign_in_as("zhou" if row().authority.division == "440300" else "bai")
    browser.get(f"/admin/employers/{row().id}", expect=200)
    assert "/moves/confirm_unchecked" in browser.page.html


@pytest.fixture
def sign_in_as(app):
    from portal import seeds

    def enter(short):
        account = next(a for a in seeds.accounts() if a["sign_in"].startswith(f"{short}@"))
        return browse(app).sign_in(account["sign_in"], account["password"], account["totp_secret"])

    return enter
