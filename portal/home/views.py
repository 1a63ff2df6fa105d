from flask import Blueprint

from portal.access import public

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> str:
    return "index"


@bp.get("/messages")
@public
def messages() -> str:
    return "messages"
