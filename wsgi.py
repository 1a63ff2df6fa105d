"""The composition root: the only module that may import every room."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from whitenoise import WhiteNoise

import kiosk
import portal
from config import Settings, from_environment
from portal import access, bodies, cli, errors, extensions, filters, sessions
from workflow import jobs, registry
from workflow.documents import render
from workflow.mail import Mailer
from workflow.models import db, prepare_engine
from workflow.registry_http import HttpRegistry

ROOT = Path(__file__).parent
LOBBY_LANGUAGES = ("zh_Hans_CN", "en", "ja", "ko", "ru", "fr", "de", "es", "ar", "vi")


class BoundedInteger(IntegerConverter):
    """An id in an address: what no table can hold is no address (404), never a failing query."""

    regex = r"[0-9]{1,9}"


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from settings, or from the environment."""
    settings = settings or from_environment()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.url_map.converters["int"] = BoundedInteger
    app.config.update(_flask_settings(settings))
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.session_interface = sessions.RowSessions()
    Babel(app, default_locale="zh_Hans_CN", default_timezone="Asia/Shanghai", default_translation_directories=str(ROOT / "translations"), locale_selector=lambda: g.get("locale", "zh_Hans_CN"))
    access.guard(app)
    extensions.bind(app)
    filters.register(app)
    render.configure(ROOT / "static" / "fonts")
    registry.bind(app, HttpRegistry(settings.registry_url, settings.registry_token) if settings.registry_url else None)
    app.extensions["mailer"] = Mailer.from_url(settings.smtp_url, settings.smtp_from) if settings.smtp_url else None
    jobs.bind(app)
    portal.open_door(app)
    kiosk.open_door(app)
    cli.register(app)
    errors.register(app)
    bodies.register(app)
    access.refuse_undeclared(app)
    app.extensions["build"] = create_app  # the journey builds another application like this one
    app.after_request(_headers)
    _serve_static(app, settings)
    return app


def _flask_settings(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if settings.database_url.startswith("sqlite"):
        options = {"connect_args": {"timeout": 15}}
        try:
            import pysqlite3.dbapi2

            options["module"] = pysqlite3.dbapi2
        except ImportError:  # no wheel for this machine: the standard library's, see docs/runbook.md
            pass
    else:
        options = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}
    return {
        "PORTAL": settings,
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.mode == "testing",
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": options,
        "MAX_CONTENT_LENGTH": 220 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.https else "session",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TEMPLATES_AUTO_RELOAD": False,
    }


_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; object-src 'none'"
)


def _headers(response: Response) -> Response:
    """The same strict headers on every answer, failures included. Pages of people are never kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static" and not request.path.startswith("/.well-known/"):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _serve_static(app: Flask, settings: Settings) -> None:
    static = WhiteNoise(app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=86400, autorefresh=settings.mode == "testing")
    app.wsgi_app = ProxyFix(static, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies) if settings.proxies else static  # type: ignore[method-assign]


def __getattr__(name: str) -> Any:
    """`wsgi:app` for the server, built when asked for: importing this module builds nothing."""
    if name == "app":
        built = create_app()
        globals()["app"] = built
        return built
    raise AttributeError(name)
