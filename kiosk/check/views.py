from flask import Blueprint

bp = Blueprint("check", __name__)


@bp.get("/v")
def enter() -> str:
    return "enter"


enter.access = "public"  # type: ignore[attr-defined]
