"""Uploads in parts through the door: begin, ask how far it came, go on, finish. static/parts.js speaks it; the plain form beside it needs none of this.

    POST   …/attachments/KIND/parts        name, size, sha256 (hex, may be empty), key → 201, Location, Upload-Offset: 0; the same file begun before → 200 and how far it came
    HEAD   …/parts/TOKEN                    → 200, Upload-Offset, Upload-Length
    PATCH  …/parts/TOKEN                    Upload-Offset: N, Content-Type: application/offset+octet-stream, the piece (at most 8 MB) → 204, Upload-Offset
    POST   …/parts/TOKEN                    joined, checked by its hash, attached → as the plain form answers; 409 with Upload-Offset where bytes are missing
    DELETE …/parts/TOKEN                    given up → 204

Instead of the last POST the page's own form may name finished uploads (`parts`, several), so that its answer is that of any upload.
"""

from flask import Response, abort, make_response, request, url_for
from flask_login import current_user

from portal.access import requires
from portal.applications import forms
from portal.applications.attachments import _kind, words
from portal.applications.finding import find
from portal.applications.joined import join, store
from portal.applications.views import bp
from portal.fragments import refusal_text
from workflow import attaching, quotas
from workflow.desk import may_edit
from workflow.engine import Refused
from workflow.materials import MATERIALS
from workflow.models import Case
from workflow.parts import MOST_PIECE, Parts, Promise, WrongOffset
from workflow.roles import Role
from workflow.services import service


@bp.post("/<int:case_id>/attachments/<string:kind>/parts")
@requires(Role.HANDLER)
def begin_parts(case_id: int, kind: str) -> Response:
    """Promise a file. One that would be refused for its size alone is refused now, before a byte travels."""
    case = find(case_id)
    if service(case.service).needed(kind) is None or not may_edit(case, current_user, f"material:{kind}"):
        abort(404)
    said = request.form.get("size", "")
    size = int(said) if said.isascii() and said.isdigit() and len(said) < 13 else 0
    full = attaching.too_big(MATERIALS[kind], size) or quotas.over(case, size, request.form.get("sha256", "")[:64].lower())
    if full or not size:
        return _told(words(full) if full else "", 422)
    try:
        kept = store()
        promise = kept.begin(owner=current_user.id, case=case.id, kind=kind, name=request.form.get("name", ""), size=size, sha256=request.form.get("sha256", "")[:64], key=forms.key(request.form) or "")
    except Refused as refusal:
        return _told(refusal_text(refusal), 429)
    reached = kept.reached(promise)
    response = _told("", 200 if reached else 201, reached, promise.size)
    response.headers["Location"] = url_for(".parts", case_id=case.id, token=promise.token)
    return response


@bp.route("/<int:case_id>/parts/<string:token>", methods=["HEAD", "PATCH", "POST", "DELETE"])
@requires(Role.HANDLER)
def parts(case_id: int, token: str) -> Response:
    """How far it came; one more piece; or the end, of either kind."""
    case, kept = find(case_id), store()
    try:
        promise = kept.find(token, owner=current_user.id, case=case.id)
        if request.method == "HEAD":
            return _told("", 200, kept.reached(promise), promise.size)
        if request.method == "PATCH":
            return _told("", 204, kept.append(promise, _offset(), _piece()), promise.size)
        if request.method == "DELETE":
            kept.drop(promise)
            return _told("", 204)
        return _finish(case, kept, promise)
    except WrongOffset as wrong:
        return _told(refusal_text(wrong), 409, wrong.reached)
    except Refused as refusal:
        return _told(refusal_text(refusal), 404 if refusal.code == "gone" else 422)


def _finish(case: Case, kept: Parts, promise: Promise) -> Response:
    """Attach as the plain form does."""
    kept.finish(promise)  # what is missing or changed is told as this protocol's own answer
    try:
        wrong = join(kept, promise, forms.day(request.form.get("issued_on", "")))
    except Refused as refusal:
        return _kind(find(case.id), promise.kind, 422, [refusal_text(refusal)])
    return _kind(find(case.id), promise.kind, 422 if wrong else 200, [words(each) for each in wrong])


def _offset() -> int:
    said = request.headers.get("Upload-Offset", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 13 else -1


def _piece() -> bytes:
    if request.mimetype != "application/offset+octet-stream":
        abort(400)
    if (request.content_length or 0) > MOST_PIECE:
        abort(413)
    return request.get_data(cache=False)


def _told(text: str, status: int, reached: int | None = None, size: int | None = None) -> Response:
    response = make_response(text, status)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    if reached is not None:
        response.headers["Upload-Offset"] = str(reached)
    if size is not None:
        response.headers["Upload-Length"] = str(size)
    return response
