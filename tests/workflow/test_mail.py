"""Letters go to a real SMTP server on loopback: in the reader's language, once, and not lost while the server is down."""

import email
import email.policy
import logging
import socket
from dataclasses import replace

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from workflow import clock, jobs, messages
from workflow.circuit import Circuit
from workflow.mail import Mailer
from workflow.models import Message, Outbox, db, writing

WHERE = "emma.lindqvist@mail.example"


class Postbox:
    """Takes letters, or answers what it is told to."""

    def __init__(self):
        self.letters, self.answers = [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def post(app):
    """(postbox, start, stop) of a mail server that is down until it is started."""
    box, port = Postbox(), free_port()
    running = []

    def start():
        running.append(Controller(box, hostname="127.0.0.1", port=port))
        running[-1].start()

    def stop():
        running.pop().stop()

    mailer = Mailer.from_url(f"smtp://127.0.0.1:{port}", "portal@authority.example")
    app.extensions["mailer"] = Mailer(**{**{f: getattr(mailer, f) for f in ("host", "port", "sender", "tls")}, "timeout": 5.0, "circuit": Circuit("mail", rest=0)})
    yield box, start, stop
    while running:
        stop()


def owe(locale="en", address=WHERE, code="481516"):
    with writing():
        row = messages.send(address, messages.CODE, {"code": code}, locale=locale)
        return row.id


def now_due():
    with writing() as session:
        session.execute(sa.update(Outbox).where(Outbox.done_at.is_(None)).values(due_at=clock.now()))
    return jobs.work()


def test_a_letter_arrives_in_the_language_of_its_reader(post):
    box, start, _ = post
    start()
    owe("en")
    owe("zh_Hans_CN", code="231642")
    assert now_due() == 2
    english, chinese = box.letters
    assert "Your code is 481516" in english.get_content()
    assert english["Subject"].startswith("Service System")
    assert english["Content-Language"] == "en"
    assert "231642" in chinese.get_content()
    assert "验证码" in chinese.get_content()
    assert chinese["Content-Language"] == "zh-Hans"
    assert english["To"] == WHERE
    assert english["Message-ID"] != chinese["Message-ID"]


def test_a_server_that_is_down_loses_nothing_and_doubles_nothing(post):
    box, start, stop = post
    ids = [owe(), owe(code="2")]
    assert now_due() == 0
    rows = db.session.scalars(sa.select(Outbox).where(Outbox.task == "send_message")).all()
    assert [r.done_at for r in rows] == [None, None]
    assert all("Waiting" in r.failure and r.due_at > clock.now() for r in rows)
    start()
    assert now_due() == 2
    stop()
    assert now_due() == 0
    start()
    assert now_due() == 0
    assert len(box.letters) == 2
    assert all(db.session.get_one(Message, i).sent_at for i in ids)


def test_a_letter_that_was_taken_when_the_worker_died_is_sent_under_the_same_name(post, monkeypatch):
    box, start, _ = post
    start()
    row = owe()
    monkeypatch.setattr(jobs, "writing", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        jobs.send_message({"message": row})
    monkeypatch.undo()
    jobs.send_message({"message": row})
    jobs.send_message({"message": row})
    assert len(box.letters) == 2
    assert len({letter["Message-ID"] for letter in box.letters}) == 1


def test_what_the_server_refuses_for_good_is_given_up_and_the_rest_goes_on(post):
    box, start, _ = post
    start()
    box.answers = {"gone@mail.example": "550 no such box", "full@mail.example": "452 box is full"}
    gone, full, fine = owe(address="gone@mail.example"), owe(address="full@mail.example"), owe()
    now_due()
    state = {r.payload["message"]: r for r in db.session.scalars(sa.select(Outbox).where(Outbox.task == "send_message"))}
    assert state[gone].done_at
    assert "given up" in state[gone].failure
    assert state[full].done_at is None
    assert state[fine].done_at
    assert db.session.get_one(Message, gone).sent_at is None
    assert len(box.letters) == 1


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: all@b.example", "a@b.example, c@d.example", "<a@b.example>", "a", "", "a@", "Name <a@b.example>", "a b@c.example"])
def test_an_address_is_one_address_and_begins_no_header(post, address):
    box, start, _ = post
    start()
    row = owe(address=address)
    now_due()
    assert not box.letters
    assert "given up" in db.session.scalar(sa.select(Outbox.failure).where(Outbox.key == f"send:{row}"))


def test_a_subject_stays_one_line():
    letter = Mailer("127.0.0.1", 25, "portal@authority.example")._letter(WHERE, "One\r\nBcc: all@b.example", "text", "1", "en")
    assert letter["Subject"] == "One Bcc: all@b.example"
    assert letter["Bcc"] is None


def test_no_log_and_no_row_tells_whom_a_letter_was_for(post, caplog):
    caplog.set_level(logging.DEBUG)
    box, start, _ = post
    start()
    box.answers = {WHERE: f"550 <{WHERE}> is unknown here"}
    owe()
    now_due()
    told = "".join(r.getMessage() for r in caplog.records if r.name != "mail.log") + "".join(db.session.scalars(sa.select(Outbox.failure)))
    assert "given up" in told
    assert WHERE not in told
    assert "481516" not in told


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25", "smtp://mail.example?tls=perhaps"])
def test_a_wrong_setting_is_named_when_the_house_starts(url):
    with pytest.raises(ValueError, match="SMTP_URL"):
        Mailer.from_url(url, "portal@authority.example")


def test_a_password_is_never_sent_in_the_clear_and_never_shown():
    mailer = Mailer.from_url("smtp://portal:very%20secret@mail.example", "portal@authority.example")
    assert (mailer.tls, mailer.port, mailer.password) == ("starttls", 25, "very secret")
    assert "secret" not in repr(mailer)
    assert Mailer.from_url("smtps://mail.example", "portal@authority.example").tls == "implicit"
    with pytest.raises(ValueError, match="SMTP_FROM"):
        Mailer.from_url("smtp://mail.example", "no address")


def test_in_production_without_a_server_nothing_counts_as_sent(app):
    app.extensions["mailer"] = None
    row = owe()
    held, app.config["PORTAL"] = app.config["PORTAL"], replace(app.config["PORTAL"], mode="production")
    assert now_due() == 0
    app.config["PORTAL"] = held
    assert db.session.get_one(Message, row).sent_at is None
    assert "SMTP_URL" in db.session.scalar(sa.select(Outbox.failure).where(Outbox.key == f"send:{row}"))
