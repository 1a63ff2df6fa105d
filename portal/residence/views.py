from flask import Blueprint

from portal.access import public

bp = Blueprint("residence", __name__, url_prefix="/residence")


@bp.get("/")
@public
def queue() -> str:
    return "queue"
