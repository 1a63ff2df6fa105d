"""The employer's side of a filing: the door it begins at. The other pages stand in the modules named at the end."""

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from portal.access import requires
from portal.applications import forms
from portal.fragments import new_key, refusal_status, refusal_text
from workflow import desk
from workflow.engine import Refused
from workflow.models import AuthorityProfile, db
from workflow.profiles import NATIONAL, Profile
from workflow.roles import Role
from workflow.services import MENU_LONG_TERM, MENUS, SERVICES

bp = Blueprint("applications", __name__, url_prefix="/applications")


@bp.get("/new")
@requires(Role.HANDLER)
def doors() -> str:
    """Who may use each door, what to have at hand, how long it takes, what comes out."""
    return _doors()


@bp.post("/new")
@requires(Role.HANDLER)
def start() -> Response | tuple[str, int]:
    """Open a draft and go to its first page."""
    try:
        case = desk.start(request.form.get("service", "")[:40], by=current_user, key=forms.key(request.form))
    except Refused as refusal:
        return _doors(refusal_text(refusal)), refusal_status(refusal)
    return redirect(url_for(".show", case_id=case.id), 303)  # type: ignore[return-value]


def _doors(refused: str = "") -> str:
    official, label = MENUS[MENU_LONG_TERM]
    inside = [row for row in SERVICES.values() if row.menu == MENU_LONG_TERM]
    return render_template("portal/applications/doors.html", official=official, label=label, doors=inside, limits=_profile().limits, refused=refused, key=new_key())


def _profile() -> Profile:
    """The profile in force at the employer's authority."""
    query = sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == current_user.employer.authority_id).order_by(AuthorityProfile.version.desc()).limit(1)
    row = db.session.scalar(query) if current_user.employer else None
    return row.profile if row else NATIONAL


from portal.applications import answers, attachments, cases, correcting, downloads, lists, sections  # noqa: E402, F401 - their views hang on bp
