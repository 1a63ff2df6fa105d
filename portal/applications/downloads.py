"""Bytes that leave the portal: a paper as PDF, a file as it was cleaned. Names are the server's, content is never sniffed nor run."""

import logging

import sqlalchemy as sa
from flask import Response, abort, make_response, render_template
from flask_babel import gettext

from portal.access import requires
from portal.applications.finding import find
from portal.applications.views import bp
from portal.fragments import held
from workflow import clock, files, jobs, quarantine
from workflow.engine import N_
from workflow.models import Case, PaperRow, StoredFile, db, writing
from workflow.roles import Role

NOT_RELEASED = N_("This authority releases the Decision after the originals have been verified at the window. Then it can be downloaded here.")
log = logging.getLogger(__name__)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
# Nothing in a file may run or reach out. Chromium's reader shows a PDF inside this sandbox (tried with 156).
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@bp.get("/<int:case_id>/papers/<int:paper_id>.pdf")
@requires(Role.HANDLER)
def paper(case_id: int, paper_id: int) -> Response:
    """A paper of the case. Not printed yet: printed now; if that fails, the page says that it is safe and to come back."""
    row = next((p for p in find(case_id, files=False, papers=True).papers if p.id == paper_id), None)
    if row is None:
        abort(404)
    if row.held_back:
        return make_response(render_template("portal/held.html", title=gettext("The Decision is not released yet"), words=gettext(NOT_RELEASED)), 409)
    try:
        printed = row if row.pdf_sha256 else jobs.print_now(row)
        data = files.read(printed.pdf_sha256 or "")
    except Exception:  # the printer or the store may fail in any way; the paper itself is decided and stands
        log.exception("paper %s could not be printed", paper_id)
        return make_response(render_template("portal/applications/printing.html", case=find(case_id), words=gettext(jobs.PRINTING)), 503)
    number = printed.number
    _note_download(paper_id)
    return _bytes(data, f"{number}.pdf", "application/pdf", attachment=True)


def _note_download(paper_id: int) -> None:
    with writing() as session:
        session.execute(sa.update(PaperRow).where(PaperRow.id == paper_id, PaperRow.first_download_at.is_(None)).values(first_download_at=clock.now()))


@bp.get("/<int:case_id>/materials/<int:material_id>")
@requires(Role.HANDLER)
def file(case_id: int, material_id: int) -> Response:
    """A file of the case, its cleaned copy, in the browser."""
    case = find(case_id)
    row = next((m for m in case.materials if m.id == material_id and m.sha256), None)
    if row is None:
        abort(404)
    if why := quarantine.closed(row):
        return held(why)
    return serve(case, row.shown_sha256 or row.sha256 or "", f"{row.kind}-{row.id}")


def serve(case: Case, sha256: str, name: str) -> Response:
    stored = db.session.get(StoredFile, sha256)
    media_type = stored.media_type if stored and stored.media_type in ENDINGS else "application/octet-stream"
    return _bytes(files.read(sha256), f"{case.number}-{name}.{ENDINGS.get(media_type, 'bin')}", media_type, attachment=media_type not in ENDINGS)


def _bytes(data: bytes, name: str, media_type: str, *, attachment: bool) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'{"attachment" if attachment else "inline"}; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response
