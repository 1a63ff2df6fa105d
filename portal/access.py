"""Who may open which page. Deny by default: a view without a declaration stops the application from starting.

    @bp.get("/")
    @requires(Role.ACCEPTANCE)      staff or handlers with one of these roles; @requires() is anybody signed in
    @public                         strangers too

What a person may do to a case is not decided here but in the domain, where the case's own table stands.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user

from workflow.roles import Role

View = TypeVar("View", bound=Callable)
LANGUAGES = ("zh_Hans_CN", "en")


def requires(*roles: Role) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.access = roles  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    view.access = "public"  # type: ignore[attr-defined]
    return view


def refuse_undeclared(app: Flask) -> None:
    """Called once when the application is built."""
    bare = sorted(name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "access"))
    if bare:
        raise RuntimeError(f"Views without a declaration of who may open them: {', '.join(bare)}. Add @requires(...) or @public under the route.")


def guard(app: Flask) -> None:
    app.before_request(_choose_language)
    app.before_request(_enforce)


def _choose_language() -> None:
    if request.endpoint == "static":
        return
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.method == "GET":
        session["locale"] = asked
    g.locale = session.get("locale") or "zh_Hans_CN"


def _enforce() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    declared = getattr(current_app.view_functions[request.endpoint], "access", None)
    if isinstance(declared, str):
        return None
    if declared is None:
        abort(404)
    if not current_user.is_authenticated:
        return _to_sign_in()
    if declared and not set(declared) & set(current_user.roles):
        abort(403)
    return None


def _to_sign_in() -> Response:
    """Ask to sign in and come back. htmx is told by a status it does not swap, so what was typed stays on the page."""
    if request.headers.get("HX-Request"):
        return Response(status=401)
    from portal.accounts.parking import park

    back = request.full_path.rstrip("?") if request.method == "GET" else park()
    return redirect(url_for("accounts.sign_in", next=back or None), 303)  # type: ignore[return-value]
