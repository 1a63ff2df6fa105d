"""Messages to the employer or the person, in the reader's language; and, in a demonstration, everything that goes out."""

import sqlalchemy as sa
from flask import abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import public, requires
from portal.fragments import sentence
from portal.home.views import bp
from portal.review.views import OFFICERS
from workflow import clock, jobs
from workflow.models import Message, db, writing
from workflow.roles import Role

SHOWN = 30


def _mine() -> sa.ColumnElement[bool]:
    return Message.employer_id == current_user.employer_id if current_user.employer_id is not None else Message.user_id == current_user.id


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@bp.get("/messages")
@requires()
def messages() -> str:
    query = sa.select(Message).where(_mine()).order_by(Message.id.desc()).limit(SHOWN + 1)
    before = _before()
    rows = db.session.scalars(query.where(Message.id < before) if before else query).all()
    shown = [(row, sentence(row.msgid, row.values), _case_url(row)) for row in rows[:SHOWN]]
    later = url_for(".messages", before=rows[SHOWN - 1].id) if len(rows) > SHOWN else ""
    return render_template("portal/home/messages.html", rows=shown, later=later, something_new=any(row.read_at is None for row in rows[:SHOWN]))


def _case_url(row: Message) -> str:
    endpoint = "applications.show" if current_user.employer_id is not None else "review.show" if set(OFFICERS) & set(current_user.roles) else "window.case" if Role.WINDOW in current_user.roles else ""
    return url_for(endpoint, case_id=row.case_id) if row.case_id and endpoint in current_app.view_functions else ""


@bp.post("/messages/read")
@requires()
def read_messages() -> Response:
    """All that were shown up to the newest the reader has seen; what came meanwhile stays unread."""
    text = request.form.get("upto", "")
    upto = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    with writing() as session:
        session.execute(sa.update(Message).where(_mine(), Message.id <= upto, Message.read_at.is_(None)).values(read_at=clock.now()))
    return redirect(url_for(".messages"), 303)


@bp.get("/demonstration/outbox")
@public
def outbox() -> str:
    """What would be sent outside, codes included. There is no such page in production."""
    if current_app.config["PORTAL"].mode not in ("demonstration", "testing"):
        abort(404)
    query = sa.select(Message).where(Message.address != "").order_by(Message.id.desc()).limit(SHOWN + 1)
    before = _before()
    rows = db.session.scalars(query.where(Message.id < before) if before else query).all()
    shown = [(row, jobs.text_of(row)) for row in rows[:SHOWN]]
    later = url_for(".outbox", before=rows[SHOWN - 1].id) if len(rows) > SHOWN else ""
    return render_template("portal/home/outbox.html", rows=shown, later=later)
