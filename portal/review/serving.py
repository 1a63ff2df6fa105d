"""Files and papers on their way out: only kinds a browser shows safely stand inline, and nothing in them can run or reach out."""

import sqlalchemy as sa
from flask import Response, abort, flash, make_response, redirect
from werkzeug.wrappers import Response as Answer

from portal.fragments import held, sentence
from workflow import files, jobs, quarantine
from workflow.models import Case, CaseMaterial, PaperRow, Person, StoredFile, db
from workflow.models.permits import Applicant

SHOWN = ("application/pdf", "image/jpeg", "image/png")
# No sandbox here: it would stop the browser's own reader of PDF.
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
PICTURES = ("preview", "map", "crop")
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def send(data: bytes, media_type: str, name: str, *, download: bool = False) -> Response:
    """`name` must be ours (a number, a kind), never what somebody called a file."""
    inline = media_type in SHOWN and not download
    response = make_response(data)
    response.headers["Content-Type"] = media_type if media_type in SHOWN else "application/octet-stream"
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.{ENDINGS.get(media_type, "bin")}"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def material_file(case: Case, material_id: int, *, download: bool = False) -> Response:
    """The copy that may be shown of one file of this case, replaced ones too; 404 for anything else."""
    material = db.session.scalar(sa.select(CaseMaterial).where(CaseMaterial.id == material_id, CaseMaterial.case_id == case.id))
    sha256 = (material.shown_sha256 or material.sha256) if material else None
    if material is None or sha256 is None:
        abort(404)
    if why := quarantine.closed(material):
        return held(why)
    return stored(sha256, f"{case.number}-{material.kind}-{material.id}", download=download)


def picture_of(case: Case, material_id: int, which: str) -> Response:
    material = db.session.scalar(sa.select(CaseMaterial).where(CaseMaterial.id == material_id, CaseMaterial.case_id == case.id))
    sha256 = getattr(material, f"{which}_sha256") if material and which in PICTURES else None
    if sha256 is None:
        abort(404)
    if material is not None and (why := quarantine.closed(material)):
        return held(why)
    return stored(sha256, f"{case.number}-{material_id}-{which}")


def photo_of(person: Person | Applicant) -> Response:
    if person.photo_sha256 is None:
        abort(404)
    return stored(person.photo_sha256, f"photo-{person.permit_number}")


def stored(sha256: str, name: str, *, download: bool = False) -> Response:
    row = db.session.get(StoredFile, sha256)
    if row is None:
        abort(404)
    try:
        return send(files.read(sha256), row.media_type, name, download=download)
    except OSError:
        abort(404)


def paper_file(paper: PaperRow, back: str) -> Answer:
    """The printed paper, printed now if its turn has not come. Where printing fails the decision stands: say so, and come back."""
    try:
        if not paper.pdf_sha256:
            paper = jobs.print_now(paper)
        return stored(paper.pdf_sha256 or "", paper.number, download=True)
    except Exception:
        db.session.rollback()
        jobs.log.exception("paper %s could not be printed", paper.id)
        flash(sentence(jobs.PRINTING), "turn")
        return redirect(back, 303)
