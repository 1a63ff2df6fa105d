from flask import Blueprint

from portal.access import public

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/employers")
@public
def employers() -> str:
    return "employers"


@bp.get("/staff")
@public
def staff() -> str:
    return "staff"


@bp.get("/calendar")
@public
def calendar() -> str:
    return "calendar"
