"""Work after the act: printing papers, sending messages. The outbox in the database is the truth, the queue only a hint.

`wake()` after a commit hints that there is work; a worker (`flask jobs work`) takes open rows one by one, and a row whose worker died is
taken again. Every task is idempotent: it looks at what is there before it does anything.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from huey import SqliteHuey, crontab

from workflow import accounts, certifying, clock, files, i18n, looking, quarantine, reissuing, reminders
from workflow.documents import attached, render
from workflow.engine import N_
from workflow.mail import Undeliverable, Waiting
from workflow.models import Message, Outbox, PaperRow, db, writing

log = logging.getLogger(__name__)
SUBJECT = N_("Service System for Foreigners Working in China: a message for you")
FOLLOW = N_("Follow the case in your language: %(link)s")
NO_REPLY = N_("This message was sent by the system; replies are not read.")
_running = threading.local()


def print_paper(payload: dict[str, Any]) -> None:
    """Render the paper from its frozen facts, certify it and keep the bytes, once. A paper that is printed already is left as it is.

    A signer that fails raises a ConnectionError: the paper waits in the outbox, the decision stands. No paper is kept without its certification.
    """
    paper = db.session.get(PaperRow, payload["paper"])
    if paper is None or paper.pdf_sha256:
        return
    kind, facts, version, files_within = paper.kind.value, paper.facts, paper.version, attached.facts_files(paper.token, paper.number)
    db.session.rollback()
    pdf = certifying.signer().certify(render.render(kind, facts, files_within))
    with writing() as session:
        stored = files.keep(pdf, "application/pdf")
        session.execute(
            sa.update(PaperRow).where(PaperRow.id == payload["paper"], PaperRow.pdf_sha256.is_(None)).values(pdf_sha256=stored.sha256, printed_at=clock.now())
        )
    log.info("paper printed", extra={"paper": payload["paper"], "version": version})


def send_message(payload: dict[str, Any]) -> None:
    """Hand the message to the mail server, in its reader's language, and mark it sent. Without a server it stays visible in the demonstration's outbox.

    No transaction stays open while the server is talked to. The claimed row keeps others away meanwhile.
    """
    message = db.session.get(Message, payload["message"])
    if message is None or message.sent_at:
        return
    address, locale, words = message.address, message.locale, text_of(message)
    db.session.rollback()
    mailer = current_app.extensions.get("mailer")
    if mailer is not None:
        text = f"{words}\n\n{i18n.say(NO_REPLY, {}, locale)}\n{current_app.config['PORTAL'].base_url}\n"
        mailer.send(address, i18n.say(SUBJECT, {}, locale), text, letter_id=f"message-{payload['message']}", locale=locale)
    elif current_app.config["PORTAL"].mode == "production":
        raise Waiting("SMTP_URL is not set: letters wait in the outbox")
    with writing() as session:
        session.execute(sa.update(Message).where(Message.id == payload["message"], Message.sent_at.is_(None)).values(sent_at=clock.now()))


def text_of(message: Message) -> str:
    """The words of a message in its reader's language; below them the way to follow the case, where it has one."""
    words = i18n.say(message.msgid, message.values, message.locale)
    return f"{words}\n\n{i18n.say(FOLLOW, message.values, message.locale)}" if message.values.get("link") else words


def check_registry(payload: dict[str, Any]) -> None:
    """Ask the business registry for an employer that registered while it gave no answer."""
    accounts.check_later(payload["employer"])


TASKS: dict[str, Callable[[dict[str, Any]], None]] = {"print_paper": print_paper, "send_message": send_message, "check_registry": check_registry, looking.TASK: looking.look_at_file, reissuing.TASK: reissuing.issue_promised}
CLAIM = timedelta(minutes=5)  # long enough to print, short enough that a dead worker's row is taken again
CLAIMS = {looking.TASK: timedelta(seconds=90)}  # somebody waits; a look is stopped after 60 s


def work(limit: int = 200) -> int:
    """Do what is due, oldest first. Returns how many rows were done. A failing row waits longer each time and tells why."""
    done = 0
    for _ in range(limit):
        row_id = _take()
        if row_id is None:
            break
        done += _do(row_id)
    return done


def do_overdue(key: str, after: timedelta) -> bool:
    """Do one open row here that nobody has done for so long: no worker runs, or it died. False where there is none, or a worker is at it."""
    row = db.session.scalar(sa.select(Outbox).where(Outbox.key == key, Outbox.done_at.is_(None), Outbox.due_at <= clock.now(), Outbox.created_at <= clock.now() - after))
    if row is None:
        return False
    row_id, task, seen = row.id, row.task, row.attempts
    with writing() as session:
        claim = sa.update(Outbox).where(Outbox.id == row_id, Outbox.attempts == seen, Outbox.done_at.is_(None))
        mine = session.execute(claim.values(attempts=seen + 1, due_at=clock.now() + CLAIMS.get(task, CLAIM))).rowcount
    return bool(mine and _do(row_id))


def _do(row_id: int) -> bool:
    """Do one claimed row. A failing one waits longer each time and tells why."""
    row = db.session.get_one(Outbox, row_id)
    task, payload, attempts = row.task, row.payload, row.attempts
    db.session.rollback()
    try:
        TASKS[task](payload)
    except Undeliverable as never:  # tried again it would fail again: the row is closed and keeps the reason
        db.session.rollback()
        log.warning("outbox row %s given up: %s", row_id, never)
        with writing() as session:
            session.execute(sa.update(Outbox).where(Outbox.id == row_id).values(done_at=clock.now(), failure=f"given up: {never}"[:300]))
    except ConnectionError as waiting:  # what is outside is not there: no fault of the row's, no trace needed
        db.session.rollback()
        log.warning("outbox row %s waits: %s", row_id, waiting)
        _later(row_id, attempts, waiting)
    except Exception as failure:  # the row keeps the reason; the loop must go on to the next
        db.session.rollback()
        log.exception("outbox row %s failed", row_id)
        _later(row_id, attempts, failure)
    else:
        with writing() as session:
            session.execute(sa.update(Outbox).where(Outbox.id == row_id).values(done_at=clock.now(), failure=""))
        return True
    return False


def _later(row_id: int, attempts: int, failure: Exception) -> None:
    due = clock.now() + timedelta(seconds=10 * 2 ** min(attempts, 8))
    with writing() as session:
        session.execute(sa.update(Outbox).where(Outbox.id == row_id).values(failure=f"{type(failure).__name__}: {failure}"[:300], due_at=due))


def _take() -> int | None:
    """Claim the oldest due row for a while (CLAIM)."""
    with writing() as session:
        row = session.scalar(
            sa.select(Outbox).where(Outbox.done_at.is_(None), Outbox.due_at <= clock.now()).order_by(Outbox.due_at, Outbox.id).limit(1).with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        row.due_at = clock.now() + CLAIMS.get(row.task, CLAIM)
        return int(row.id)


def bind(app: Flask) -> None:
    """Bind the queue to the application: in a file of its own beside the data, or immediate when there is no worker."""
    settings = app.config["PORTAL"]
    if settings.inline_jobs:
        app.extensions["queue"] = None
        return
    _use_sound_sqlite()
    queue = SqliteHuey("portal", filename=str(settings.data_dir / "queue.db"), fsync=True)

    @queue.task()
    def sweep_now() -> None:
        with app.app_context():
            work()

    @queue.periodic_task(crontab(minute="*"))
    def sweep() -> None:
        with app.app_context():
            quarantine.again()
            work()

    @queue.periodic_task(crontab(hour="0", minute="10"))  # UTC: ten past eight in Beijing
    def remind() -> None:
        with app.app_context():
            reminders.sweep()
            work()

    app.extensions["queue"], app.extensions["queue_hint"] = queue, sweep_now


def _use_sound_sqlite() -> None:
    """Huey imports the standard library's sqlite3; Debian 12 links one with the WAL-reset bug (before 3.51.3)."""
    try:
        import pysqlite3.dbapi2
    except ImportError:
        return
    import huey.storage

    huey.storage.sqlite3 = pysqlite3.dbapi2


def wake() -> None:
    """Hint that there is work. A queue that is down loses nothing: the minute's sweep finds the rows."""
    queue = current_app.extensions.get("queue")
    if queue is None:
        if not getattr(_running, "inline", False) and current_app.config["PORTAL"].inline_jobs:
            _running.inline = True
            try:
                work()
            finally:
                _running.inline = False
        return
    try:
        current_app.extensions["queue_hint"]()
    except Exception:
        log.exception("the queue could not be told; the sweep will find the work")


def print_now(paper: PaperRow) -> PaperRow:
    """For a download that comes before the printer: print here. Raises what the printer raises."""
    print_paper({"paper": paper.id})
    return db.session.get_one(PaperRow, paper.id, populate_existing=True)


PRINTING = N_("The paper is being printed. It is decided and safe; please come back in a minute.")
