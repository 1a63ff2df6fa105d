from flask import Blueprint

from portal.access import public

bp = Blueprint("window", __name__, url_prefix="/window")


@bp.get("/")
@public
def scan() -> str:
    return "scan"
