"""The help centre: an index by topic that is also the search, and a page for each answer. Open to everybody; nothing here writes."""

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_login import current_user

from portal.access import public
from portal.fragments import render_part
from portal.help import reading, search
from portal.help.entries import BY_SLUG, ENTRIES, PLACES, TOPICS
from workflow.profiles import SHENZHEN
from workflow.roles import Role

bp = Blueprint("help", __name__, url_prefix="/help")
bp.add_app_template_global(reading.title, "help_title")
bp.add_app_template_global(reading.address, "help_address")


@bp.get("/")
@public
def index() -> Response:
    query = " ".join(request.args.get("q", "").split())[: search.LONGEST]
    found = search.find(query) if query else None
    topics = [(label, [e for e in ENTRIES if e.topic == code]) for code, label in TOPICS.items()]
    return render_part("portal/help/_entries.html", "portal/help/index.html", query=query, found=found, topics=topics, **_common())


@bp.get("/<string:slug>")
@public
def entry(slug: str) -> str:
    row = BY_SLUG.get(slug) or abort(404)
    service = reading.service_of(row) if _may_file() else None
    go = row.go if row.go in current_app.view_functions else ""
    return render_template(
        "portal/help/entry.html", entry=row, blocks=reading.blocks(slug), service=service, service_address=reading.service_address(service) if service else "",
        go=go, go_label=PLACES.get(go, ""), topic=TOPICS[row.topic], **_common(),
    )  # fmt: skip


def _common() -> dict[str, object]:
    chinese = reading.language() == "zh-Hans"
    window = {"place": SHENZHEN.window_zh if chinese else SHENZHEN.window_en, "phone": SHENZHEN.phone}
    return {"texts": reading.texts(), "said": reading.said, "text_language": reading.language(), "phones": reading.phones(), "window": window}


def _may_file() -> bool:
    """Handlers file; a stranger is led to the sign-in. An officer has no use for the link."""
    return not current_user.is_authenticated or Role.HANDLER in current_user.roles
