"""A file that was looked at: the answer when it is there, its pictures, and a better photograph to choose or leave."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import inspected
from portal.access import requires
from portal.applications import forms
from portal.applications.attachments import file_line, material_sheet
from portal.applications.downloads import serve
from portal.applications.finding import address, find
from portal.applications.views import bp
from portal.fragments import held, new_key, refusal_status, refusal_text, wants_fragment
from workflow import jobs, looking, offering, quarantine
from workflow.application import State
from workflow.engine import Refused
from workflow.models import Case, CaseMaterial, db
from workflow.roles import Role
from workflow.services import service

IDLE = timedelta(seconds=15)  # so long a look may lie before the page that waits does it itself
PICTURES = ("preview", "map", "crop", "offer")


def _file(case: Case, material_id: int) -> CaseMaterial:
    row = next((m for m in case.materials if m.id == material_id and m.sha256), None)
    if row is None:
        abort(404)
    return row


@bp.get("/<int:case_id>/materials/<int:material_id>/look")
@requires(Role.HANDLER)
def look(case_id: int, material_id: int) -> Response:
    """Is it done? 204 while it is not: the page asks again. Where no worker runs, the look is done here."""
    case = find(case_id)
    row = _file(case, material_id)
    if row.look_state == "waiting" and jobs.do_overdue(looking.key_of(row), IDLE):
        db.session.expire_all()
        case = find(case_id)
        row = _file(case, material_id)
    if not wants_fragment():
        return redirect(_home(case, row.kind), 303)  # type: ignore[return-value]
    if row.look_state == "waiting":
        return Response(status=204)
    needed = service(case.service).needed(row.kind)
    sheet = material_sheet(case, needed) if needed and case.state is State.DRAFT else None
    return make_response(render_template("portal/applications/_looked.html", line=file_line(case, row), sheet=sheet), 286)


def _home(case: Case, kind: str) -> str:
    return address(case, "attachments", _anchor=f"material-{kind}") if case.state is State.DRAFT else url_for(".show", case_id=case.id)


@bp.get("/<int:case_id>/materials/<int:material_id>/<string:which>.img")
@requires(Role.HANDLER)
def picture(case_id: int, material_id: int, which: str) -> Response:
    """A picture that the house itself drew of a file: its preview, the map of the background, the passport's lines, the offered photo."""
    case = find(case_id)
    row = _file(case, material_id)
    sha256 = getattr(row, f"{which}_sha256") if which in PICTURES else None
    if sha256 is None:
        abort(404)
    if why := quarantine.closed(row):
        return held(why)
    return serve(case, sha256, f"{row.kind}-{row.id}-{which}")


@bp.route("/<int:case_id>/materials/<int:material_id>/better", methods=["GET", "POST"])
@requires(Role.HANDLER)
def better(case_id: int, material_id: int) -> Response:
    """Before and after, side by side. The person draws it (crop, white background), takes it, or keeps the original."""
    case = find(case_id)
    row = _file(case, material_id)
    if row.kind != offering.KIND or row.replaced_at is not None or quarantine.closed(row):
        return redirect(_home(case, row.kind), 303)  # type: ignore[return-value]
    return _choose(case, row) if request.method == "POST" else _better(case, row)


def _choose(case: Case, row: CaseMaterial) -> Response:
    do, case_id, material_id, kind = request.form.get("do", ""), case.id, row.id, row.kind
    try:
        if do == "take":
            done = offering.take(case_id, material_id, by=current_user, key=forms.key(request.form))
            if done.material:
                flash(gettext("The improved photo is now the photograph. The original stays in the case file."), "good")
            return redirect(_home(find(case_id), kind), 303)  # type: ignore[return-value]
        if do == "leave":
            offering.leave(case_id, material_id, by=current_user)
            return redirect(_home(find(case_id), kind), 303)  # type: ignore[return-value]
        offering.make(case_id, material_id, by=current_user, crop=request.form.get("crop") == "yes", whiten=request.form.get("whiten") == "yes")
    except Refused as refusal:
        db.session.rollback()
        again = find(case_id)
        return _better(again, _file(again, material_id), refusal_status(refusal), refusal_text(refusal))
    return redirect(url_for(".better", case_id=case_id, material_id=material_id), 303)  # type: ignore[return-value]


def _better(case: Case, row: CaseMaterial, status: int = 200, refused: str = "") -> Response:
    told: dict[str, Any] = (row.look or {}).get("offer") or {}
    seen = file_line(case, row)["seen"]
    after = inspected.shown(map(inspected.revived, told.get("findings", ())))
    return make_response(
        render_template(
            "portal/applications/better.html", case=case, row=row, seen=seen, refused=refused, told=told, after=after, key=new_key(), back=_home(case, row.kind),
            url=url_for(".file", case_id=case.id, material_id=row.id), offer=url_for(".picture", case_id=case.id, material_id=row.id, which="offer") if row.offer_sha256 else "",
        ),
        status,
    )  # fmt: skip
