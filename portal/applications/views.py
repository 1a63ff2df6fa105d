"""The employer's side of a filing: the doors it begins at, an entry of the menu each. The other pages stand in the modules named at the end."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import reach
from portal.access import requires
from portal.applications import forms
from portal.fragments import new_key, refusal_status, refusal_text
from workflow import asking, desk
from workflow.employer import EmployerState
from workflow.engine import Refused
from workflow.guards import joint_offered
from workflow.models import AuthorityProfile, Case, Employer, db
from workflow.profiles import NATIONAL, Profile
from workflow.roles import Role
from workflow.services import MENU_LONG_TERM, MENUS, SERVICES, Precondition, Service, Subject, service
from workflow.services import doors as rows_of

bp = Blueprint("applications", __name__, url_prefix="/applications")


@bp.get("/new", defaults={"menu": MENUS[MENU_LONG_TERM].path})
@bp.get("/new/<string:menu>")
@requires(Role.HANDLER)
def doors(menu: str) -> str:
    """Who may use each door, what to have at hand, how long it takes, what comes out; and whose permit it can be about."""
    return _doors(menu)


@bp.post("/new")
@requires(Role.HANDLER)
def start() -> Response | tuple[str, int]:
    """Open a draft and go to its first page."""
    code, subject = request.form.get("service", "")[:40], request.form.get("subject", "")
    about = int(subject) if subject.isascii() and subject.isdigit() and len(subject) < 10 else None
    try:
        case = desk.start(_together(code) if request.form.get("joint") == "yes" else code, by=current_user, key=forms.key(request.form), subject=about, employer_id=_employer().id)
    except Refused as refusal:
        menu = SERVICES[code].menu if code in SERVICES else MENU_LONG_TERM
        return _doors(MENUS.get(menu, MENUS[MENU_LONG_TERM]).path, refusal_text(refusal)), refusal_status(refusal)
    return redirect(url_for(".show", case_id=case.id), 303)  # type: ignore[return-value]


def _together(code: str) -> str:
    """The row that files this service together with the residence permit. Refused with the reason where there is none."""
    row = asking.under(code, _profile()) if code in SERVICES else None
    if row is None or not row.joint:
        raise Refused("joint", row.joint_refused if row and row.joint_refused else joint_offered.otherwise)
    return row.joint


def _doors(path: str, refused: str = "") -> str:
    menu = next((m for m in MENUS.values() if m.path == path), None)
    if menu is None:
        abort(404)
    inside = [_door(row) for row in rows_of(menu.code)]
    return render_template("portal/applications/doors.html", entry=menu, doors=inside, q=request.args.get("q", "")[:60], refused=refused, key=new_key(), profile=_profile(), clients=reach.clients(), employer=_employer())


def _door(row: Service) -> dict[str, Any]:
    """One row as its sheet: limits under the profile, the joint choice, and the permits it could be about with what stands in the way of each."""
    profile = _profile()
    told = asking.under(row.code, profile)
    about = row.subject in asking.ABOUT_A_PERMIT
    return {
        "row": row, "limits": profile.of(row.code).limits, "joint": bool(told.joint) and profile.joint, "joint_refused": row.joint_refused if profile.joint else "",
        "about": about, "by_number": row.subject is Subject.CARD, "candidates": _candidates(told) if about else [],
        "joint_limit": profile.of(told.joint).limits["decision"] if told.joint else None,
        "window": _window(row, profile), "confirmed": _employer().state is EmployerState.CONFIRMED, "employer": _employer().id if _employer().id != current_user.employer_id else None,
    }  # fmt: skip


def _candidates(row: Service) -> list[dict[str, Any]]:
    shown = []
    for asked in asking.ask_each(_profile(), _employer().id, asking.candidates(row, _employer().id, request.args.get("q", ""))):
        shown.append({"permit": asked.permit, "days_left": asked.days_left, "unmet": [_reason(p) for p in asking.unmet(row, asked, current_user)], "under_way": asked.under_way})
    return shown


def _reason(failed: Precondition) -> dict[str, str]:
    """Which condition does not hold, and where to go instead."""
    there = MENUS[SERVICES[failed.service].menu] if failed.service else None
    return {"code": failed.guard.code, "why": gettext(failed.guard.otherwise), "instead": gettext(failed.instead), "url": url_for(".doors", menu=there.path) if there else "", "label": gettext(there.label) if there else ""}


def _window(row: Service, profile: Profile) -> tuple[int, int] | None:
    """(earliest, latest) days before the end between which an extension is filed, for the services that have such a window."""
    return (profile.extension_earliest, profile.extension_latest) if any(p.guard.code == "too_early" for p in row.preconditions) else None


def _employer() -> Employer:
    """Whom the filing is for: the own employer, or the one that an agent has chosen at the door. 404 for one out of reach."""
    if "filing_for" not in g:
        g.filing_for = reach.chosen(request.values.get("employer"))
    return g.filing_for  # type: ignore[no-any-return]


def _profile() -> Profile:
    """The profile in force at the employer's authority."""
    if "filing_under" in g:
        return g.filing_under  # type: ignore[no-any-return]
    query = sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == _employer().authority_id).order_by(AuthorityProfile.version.desc()).limit(1)
    row = db.session.scalar(query)
    g.filing_under = row.profile if row else NATIONAL
    return g.filing_under  # type: ignore[no-any-return]


@bp.app_template_global()
def filing_crumb(case: Case) -> tuple[str, str]:
    """(title, address) of the menu entry that a filing stands under."""
    menu = MENUS.get(service(case.service).menu, MENUS[MENU_LONG_TERM])
    return gettext(menu.label), url_for("applications.doors", menu=menu.path)


from portal.applications import answers, appointments, attachments, cases, correcting, downloads, lists, looked, parts, photo_link, sections  # noqa: E402, F401 - their views hang on bp
