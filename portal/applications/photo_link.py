"""The link by which the entrant takes her own photograph: made, shown once, taken back."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.access import requires
from portal.applications.finding import address, find
from portal.applications.views import bp
from portal.fragments import refusal_status, refusal_text
from workflow import photo_links
from workflow.application import State
from workflow.documents import qr
from workflow.engine import Refused
from workflow.models import Case
from workflow.roles import Role


@bp.route("/<int:case_id>/photo-link", methods=["GET", "POST"])
@requires(Role.HANDLER)
def photo_link(case_id: int) -> Response:
    """What link there is; a fresh one, whose address is shown now and never again; or none any more."""
    case = find(case_id)
    if request.method == "GET":
        return _page(case)
    if request.form.get("do") == "revoke":
        photo_links.revoke(case_id)
        return redirect(url_for(".photo_link", case_id=case_id), 303)  # type: ignore[return-value]
    try:
        _, secret = photo_links.make(case_id, by=current_user)
    except Refused as refusal:
        return _page(find(case_id), refusal_status(refusal), refused=refusal_text(refusal))
    return _page(find(case_id), told=f"{current_app.config['PORTAL'].base_url}/photo/{secret}")


def _page(case: Case, status: int = 200, *, told: str = "", refused: str = "") -> Response:
    back = address(case, "attachments", _anchor="material-photo") if case.state is State.DRAFT else url_for(".show", case_id=case.id)
    symbol = qr.svg(told, gettext("The link, for a telephone's camera")) if told else ""
    return make_response(render_template("portal/applications/photo_link.html", case=case, link=photo_links.of_case(case.id), told=told, symbol=symbol, refused=refused, back=back, most=photo_links.MOST), status)
