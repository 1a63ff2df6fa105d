"""A small app of its own that shows every component once, under the policy the portal really sends."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, abort, flash, get_flashed_messages, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from portal import filters
from portal.looks import STATES
from workflow.clock import Deadline
from workflow.fields import Field

ROOT = Path(__file__).resolve().parents[3]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TWO = (("a", "Decision"), ("b", "Examination"))
FIELDS = [
    (Field("surname", "Foreigner", "latin", True, width="half"), "O'BRIEN", None),
    (Field("email", "Messages", "email", True, hint="Saving…", autocomplete="email", width="half"), "linxw@yunling.example", "与经办人邮箱相同。"),
    (Field("birth", "Valid from", "date", True), "1990-03-14", None),
    (Field("expiry", "Valid until", "date", True), "2031-02-30", "没有这一天。"),
    (Field("from", "Entry", "month"), "2019-03", None),
    (Field("age", "Day", "integer"), 3, None),
    (Field("pay", "Acceptance", "money", True), "32000", None),
    (Field("why", "Reason", "longtext"), "<script>alert(1)</script>", None),
    (Field("nation", "Foreigner", "country", True), "ITA", None),
    (Field("way", "Decision", "choice", True, choices=TWO), "b", None),
    (Field("ever", "Passed", "yesno", True, hint="Help"), "no", "请选择。"),
    (Field("ticked", "Note", "checks", choices=TWO), ["a"], None),
    (Field("mobile", "Account", "phone", autocomplete="tel"), None, None),
    (Field("plain", "Employer", "text", True), "", None),
]
STEPS = [
    {"title": "类别信息", "url": "/1", "done": True},
    {"title": "护照与基本信息", "url": "/2", "current": True},
    {"title": "申请信息", "url": "/3", "done": True, "hurt": True},
    {"title": "核对提交", "url": None},
]
ON_TIME = Deadline(date(2026, 11, 25), 5, date(2026, 11, 27))
DEADLINES = [replace(ON_TIME, days_left=1), ON_TIME, replace(ON_TIME, days_left=-1, statutory=None), replace(ON_TIME, paused=True), None]
MOVES = [
    {
        "trigger": "return_all",
        "label": "退回补正（2 项）",
        "icon": "arrow-back-up",
        "kind": "primary",
        "unmet": [],
        "form_url": "/return",
        "asks": (),
    },
    {
        "trigger": "pass",
        "label": "预审通过",
        "icon": "check",
        "kind": "plain",
        "unmet": ["有 2 项缺陷未消除，不能通过。"],
        "form_url": "/pass",
        "asks": (),
    },
    {"trigger": "decline", "label": "不予受理", "icon": "circle-x", "kind": "stop", "unmet": [], "form_url": "/decline", "asks": ("reason",)},
    {"trigger": "refuse", "label": "不予许可", "icon": "ban", "kind": "stop", "unmet": [], "form_url": "/refuse", "asks": ("reason",)},
]
MENU = [
    {"title": "办理业务", "items": [{"label": "申请外国人来华工作许可（90日以上）", "url": "/1", "icon": "plane", "current": False}]},
    {"title": "我的", "items": [{"label": "我的在办件", "url": "/2", "icon": "inbox", "current": True, "count": 7, "due": True}]},
]
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500)


def gallery(catalogue: Path) -> Flask:
    """The app; `catalogue` is an empty folder for the compiled words of the kit."""
    target = catalogue / "zh_Hans_CN" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with open(ROOT / "translations/zh_Hans_CN/components.po", "rb") as source, open(target / "messages.mo", "wb") as compiled:
        write_mo(compiled, read_po(source, locale="zh_Hans_CN"))

    app = Flask("gallery", static_folder=str(ROOT / "static"), static_url_path="/static")
    app.config.update(SECRET_KEY="gallery", TESTING=True, BABEL_TRANSLATION_DIRECTORIES=str(catalogue))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent), FileSystemLoader(ROOT / "templates")])  # type: ignore[assignment]
    Babel(app, default_locale="zh_Hans_CN", locale_selector=lambda: request.args.get("lang", "zh_Hans_CN"))
    filters.register(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    posts: list[str] = []
    app.extensions["posts"] = posts

    @app.context_processor
    def around() -> dict[str, object]:
        me = SimpleNamespace(name="林晓雯", role_label="经办人", place="深圳市云岭精密仪器有限公司")
        links = [
            {"code": "zh-Hans", "label": "中文", "url": "?", "current": True},
            {"code": "en", "label": "English", "url": "?lang=en", "current": False},
        ]
        urls = {f"{name}_url": f"/{name}" for name in ("home", "help", "messages", "account", "sign_out", "goodbye")}
        return {
            "menu": MENU, "me": me, "language_links": links, "unread": 3, "now": datetime(2026, 11, 24, 1, 12, tzinfo=UTC),
            "fields": FIELDS, "steps": STEPS, "deadlines": DEADLINES, "moves": MOVES, "states": STATES,
            "idle": request.args.get("idle", 60, int), **urls,
        }  # fmt: skip

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/gallery/<name>")
    def page(name: str) -> str:
        if name.isdigit():
            return render_template(f"errors/{name}.html", retry_after=90, reference="7K3M")
        get_flashed_messages()
        flash("草稿已保存。", "good")
        return render_template(f"{name}.html")

    @app.post("/<path:where>")
    def posted(where: str) -> str:
        posts.append(where)
        if where == "save":
            time.sleep(1.5)
        if where == "broken":
            abort(500)
        if where == "fragment":
            return '<div id="swapped" class="sheet"><h2>新的片段</h2><button class="btn" id="swap" type="button">换</button></div>'
        return "<!doctype html><html lang='zh-Hans'><title>已收到</title><h1>已收到</h1></html>"

    return app
