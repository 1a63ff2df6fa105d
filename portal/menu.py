"""The left menu and the header, from the roles of whoever looks. In the official order; a service that does not exist is not named.

A row is (group, roles, label, endpoint, icon, count): `count` names a figure in portal/figures.py, or "".
"""

from typing import Any

from flask import Flask, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal import figures
from workflow.engine import N_
from workflow.roles import LABELS, STAFF
from workflow.roles import Role as R
from workflow.services import MENUS

# An entry of the services' table is a row (…, ("applications.doors", {"menu": …}), …): the address is a name, or a name with what it takes.
# fmt: off
ROWS = (
    *((N_("Services"),     (R.HANDLER,),             menu.label, ("applications.doors", {"menu": menu.path}), menu.icon, "") for menu in MENUS.values()),
    (N_("Mine"),           (R.HANDLER,),             N_("Cases in progress"),    "applications.mine",       "inbox",        "in_progress"),
    (N_("Mine"),           (R.HANDLER,),             N_("Closed cases"),         "applications.closed",     "circle-check", ""),
    (N_("Mine"),           (R.HANDLER,),             N_("Drafts"),               "applications.drafts",     "folder",       "drafts"),
    (N_("Mine"),           (R.HANDLER,),             N_("Messages"),             "home.messages",           "message",      "unread"),
    (N_("Mine"),           (R.HANDLER,),             N_("Papers to download"),   "applications.papers",     "download",     ""),
    (N_("Mine"),           (R.HANDLER,),             N_("Foreign staff"),        "roster.index",            "users",        ""),
    (N_("To do"),          (R.ACCEPTANCE,),          N_("Preliminary review"),   "review.preliminary",      "eye",          "preliminary_review"),
    (N_("To do"),          (R.ACCEPTANCE,),          N_("Acceptance"),           "review.acceptance",       "stamp",        "acceptance"),
    (N_("To do"),          (R.EXAMINER,),            N_("Examination"),          "review.examination",      "search",       "examination"),
    (N_("To do"),          (R.DECIDER,),             N_("Decision"),             "review.decision",         "gavel",        "decision"),
    (N_("To do"),          (R.ACCEPTANCE, R.EXAMINER, R.DECIDER), N_("Find a case"), "review.find",         "files",        ""),
    (N_("Window"),         (R.WINDOW,),              N_("Scan and verify"),      "window.scan",             "scan",         ""),
    (N_("Window"),         (R.WINDOW,),              N_("What holders say is wrong"), "window.told_wrong",   "message",      "reports"),
    (N_("Window"),         (R.WINDOW, R.ADMIN),      N_("Second pair of eyes"),  "window.second_look",      "eye",          "second_looks"),
    (N_("Window"),         (R.WINDOW,),              N_("Cancellations on paper"), "window.paper_intake",    "stamp",        ""),
    (N_("Window"),         (R.WINDOW,),              N_("Appointments"),         "window.appointments",     "calendar",     ""),
    (N_("Residence"),      (R.EXIT_ENTRY,),          N_("Residence permits"),    "residence.queue",         "id",           ""),
    (N_("Administration"), (R.ADMIN, R.ACCEPTANCE),  N_("Employers"),            "admin.employers",         "building",     "employers_pending"),
    (N_("Administration"), (R.ADMIN,),               N_("Staff"),                "admin.staff",             "users",        ""),
    (N_("Administration"), (R.ADMIN,),               N_("Limits and calendar"),  "admin.calendar",          "calendar",     ""),
    (N_("Administration"), (R.ADMIN,),               N_("Appointment hours"),    "admin.slots",             "clock",        ""),
    (N_("Administration"), (R.ADMIN,),               N_("What the authority promises"), "admin.profile",    "adjustments",  ""),
    (N_("Administration"), (R.ADMIN,),               N_("Kiosks"),               "admin.kiosks",            "scan",         ""),
    (N_("Administration"), (R.ADMIN,),               N_("Papers of revoked keys"), "admin.reissue",         "rotate",       ""),
    (N_("Administration"), (R.ADMIN,),               N_("Cutover"),              "admin.cutover",           "history",      ""),
    (N_("Support"),        (R.HANDLER,),             N_("Employer"),             "accounts.employer",       "building",     ""),
    (N_("Support"),        (R.HANDLER,),             N_("Agents"),               "accounts.agents",         "users",        ""),
    (N_("Support"),        tuple(R),                 N_("Help centre"),          "help.index",              "help",         ""),
)
# fmt: on


def bind(app: Flask) -> None:
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    signed_in = current_user.is_authenticated
    context: dict[str, Any] = {"language_links": _languages(), "home_url": url_for("home.index"), "help_url": url_for("help.index")}
    if signed_in:
        place = current_user.employer or current_user.authority
        role = next((r for r in STAFF if r in current_user.roles), next(iter(current_user.roles), None))
        context |= {
            "menu": groups(), "me": {"name": current_user.name, "role_label": gettext(LABELS[role]) if role in STAFF else "", "place": place.name if place else ""},
            "account_url": url_for("accounts.account"), "sign_in_url": url_for("accounts.sign_in", next=url_for("accounts.account")), "sign_out_url": url_for("accounts.sign_out"), "messages_url": url_for("home.messages"), "unread": figures.of("unread"),
        }  # fmt: skip
    return context


def groups() -> list[dict[str, Any]]:
    shown: dict[str, list[dict[str, Any]]] = {}
    for group, roles, label, endpoint, icon, count in ROWS:
        if set(roles) & set(current_user.roles):
            number = figures.of(count) if count else None
            name, takes = _address(endpoint)
            current = request.endpoint == name and all((request.view_args or {}).get(key) == value for key, value in takes.items())
            shown.setdefault(group, []).append({"label": gettext(label), "url": url_for(name, **takes), "icon": icon, "current": current, "count": number, "due": False})
    return [{"title": gettext(title), "items": items} for title, items in shown.items()]


def _address(endpoint: Any) -> tuple[str, dict[str, Any]]:
    """A row names its endpoint, or its endpoint and what that takes."""
    return (endpoint, {}) if isinstance(endpoint, str) else endpoint


def _languages() -> list[dict[str, Any]]:
    now = session.get("locale") or "zh_Hans_CN"
    here: dict[str, Any] = {"endpoint": "home.index"}
    if request.endpoint and request.method == "GET":
        asked = {k: v for k, v in request.args.items() if not k.startswith("_") and k != "endpoint"}  # url_for takes orders by such names
        here = {**asked, **(request.view_args or {}), "endpoint": request.endpoint}

    def link(code: str) -> str:
        return url_for(**{**here, "lang": code})

    return [
        {"code": "zh-Hans", "label": "中文", "url": link("zh_Hans_CN"), "current": now == "zh_Hans_CN"},
        {"code": "en", "label": "English", "url": link("en"), "current": now == "en"},
    ]
