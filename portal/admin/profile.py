"""What the authority promises and arranges: each change is a new version beside the old ones, and a running case keeps the version it was filed under."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from portal.access import requires
from portal.accounts import forms
from portal.admin.calendar import LIMITS
from portal.admin.views import bp
from workflow import clock
from workflow.clock import Limit
from workflow.engine import N_
from workflow.fields import Field
from workflow.models import AuthorityProfile, db, writing
from workflow.profiles import NATIONAL, Profile
from workflow.roles import Role

SHOWN = 20
YES_NO = (("yes", N_("Yes")), ("no", N_("No")))
PROMISED = tuple(Field(f"limit_{kind}", label, "integer", required=True, max_length=3) for kind, label in LIMITS.items())
REST = (
    Field("extension_earliest", N_("Extension: at the earliest, days before the end"), "integer", required=True, max_length=3, width="half"),
    Field("extension_latest", N_("Extension: at the latest, days before the end"), "integer", required=True, max_length=3, width="half"),
    Field("report_days", N_("Changes and ends of employment are reported within, in working days"), "integer", required=True, max_length=3),
    Field("originals", N_("Originals are verified"), "choice", required=True, choices=(("at_residence", N_("at the window, before the residence step")), ("before_acceptance", N_("before the filing is accepted")))),
    Field("release", N_("The Decision is released"), "choice", required=True, choices=(("on_approval", N_("when it is granted")), ("after_verification", N_("after the originals were verified")))),
    Field("joint", N_("One filing for work permit and residence permit"), "choice", required=True, choices=YES_NO),
    Field("card_in_amendment", N_("Electronic permit asked for at the end of a change"), "choice", required=True, choices=YES_NO),
    Field("window_zh", N_("Address of the window, in Chinese"), max_length=120),
    Field("window_en", N_("Address of the window, in English"), max_length=200),
    Field("phone", N_("Telephone"), "phone", required=True, max_length=30),
    Field("reason", N_("Why it changes"), required=True, hint=N_("For example the number of the notice. It stays beside the version."), max_length=300),
)
FIELDS = (*PROMISED, *REST)
BETWEEN = {"extension_earliest": (2, 365), "extension_latest": (1, 364), "report_days": (1, 60)}


@bp.get("/profile")
@requires(Role.ADMIN)
def profile() -> Response:
    return _page()


@bp.post("/profile")
@requires(Role.ADMIN)
def change_profile() -> Response:
    """A new version, unless somebody else made one meanwhile or nothing differs."""
    row = _newest()
    held, version = (row.profile, row.version) if row else (NATIONAL, 0)
    values, errors = forms.take(FIELDS, request.form)
    errors |= {code: wrong for code, wrong in _wrong(values, held).items() if code not in errors}
    if errors:
        return _page(values, errors, 422)
    if forms.seen(request.form) != version:
        return _page(values, {"": _("Meanwhile version %(number)s was made. What you typed is still here; compare it with the version in force, then save again.", number=version)}, 409)
    fresh = _changed(held, values)
    if fresh == held:
        return _page(values, {"": _("Nothing differs from the version in force.")}, 422)
    try:
        with writing() as session:
            session.add(AuthorityProfile(
                authority_id=current_user.authority_id, version=version + 1, data=fresh.to_json(), created_at=clock.now(), created_by_id=current_user.id, reason=values["reason"]
            ))  # fmt: skip
    except IntegrityError:  # a colleague's version came a moment earlier
        return _page(values, {"": _("Meanwhile version %(number)s was made. What you typed is still here; compare it with the version in force, then save again.", number=version + 1)}, 409)
    flash(_("Version %(number)s is in force for filings that begin from now on.", number=version + 1), "good")
    return redirect(url_for(".profile"), 303)  # type: ignore[return-value]


def _newest() -> AuthorityProfile | None:
    return db.session.scalar(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == current_user.authority_id).order_by(AuthorityProfile.version.desc()).limit(1))


def _wrong(values: dict[str, Any], held: Profile) -> dict[str, str]:
    """What the law or the house does not allow, by field."""
    found = {}
    for kind in LIMITS:
        code, most = f"limit_{kind}", held.limits[kind].statutory
        if not _within(values[code], 1, most):
            found[code] = _("Between 1 and %(limit)s working days: the law allows %(limit)s.", limit=most)
    for code, (least, most) in BETWEEN.items():
        if not _within(values[code], least, most):
            found[code] = _("Between %(least)s and %(most)s days.", least=least, most=most)
    if not found.keys() & {"extension_earliest", "extension_latest"} and int(values["extension_latest"]) >= int(values["extension_earliest"]):
        found["extension_latest"] = _("The latest day lies after the earliest: fewer days before the end.")
    if bool(values["window_zh"]) != bool(values["window_en"]):
        found["window_en" if values["window_zh"] else "window_zh"] = _("Give the address in both languages, or in none.")
    return found


def _within(value: Any, least: int, most: int) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and least <= int(text) <= most


def _changed(held: Profile, values: dict[str, Any]) -> Profile:
    limits = {kind: Limit(int(values[f"limit_{kind}"]), limit.statutory) if kind in LIMITS else limit for kind, limit in held.limits.items()}
    numbers: dict[str, Any] = {code: int(values[code]) for code in BETWEEN}
    switches: dict[str, Any] = {code: values[code] == "yes" for code in ("joint", "card_in_amendment")}
    return replace(held, limits=limits, **numbers, **switches, **{code: values[code] for code in ("originals", "release", "window_zh", "window_en", "phone")})


def shown(held: Profile) -> dict[str, Any]:
    """A profile as the form's values."""
    values: dict[str, Any] = {f"limit_{kind}": limit.promised for kind, limit in held.limits.items() if kind in LIMITS}
    for f in REST:
        if f.code != "reason":
            value = getattr(held, f.code)
            values[f.code] = ("yes" if value else "no") if isinstance(value, bool) else value
    return values


def _differences(before: Profile, after: Profile) -> list[tuple[str, str, str]]:
    """(question, old, new) of what changed between two versions, in words."""
    old, new = shown(before), shown(after)
    return [(_(f.label), _word(f, old[f.code]), _word(f, new[f.code])) for f in FIELDS if f.code in new and old[f.code] != new[f.code]]


def _word(field: Field, value: Any) -> str:
    return next((_(word) for code, word in field.choices if code == value), str(value) or "—")


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    rows = db.session.scalars(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == current_user.authority_id).order_by(AuthorityProfile.version.desc()).limit(SHOWN + 1)).all()
    held = rows[0].profile if rows else NATIONAL
    history = [(row, _differences(rows[n + 1].profile, row.profile) if n + 1 < len(rows) else []) for n, row in enumerate(rows[:SHOWN])]
    page = render_template(
        "portal/admin/profile.html", promised=PROMISED, rest=REST, values=values or shown(held), errors=errors or {}, history=history, version=rows[0].version if rows else 0,
        statutory={f"limit_{kind}": limit.statutory for kind, limit in held.limits.items()},
    )  # fmt: skip
    return make_response(page, status)
