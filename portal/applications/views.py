from flask import Blueprint

from portal.access import public

bp = Blueprint("applications", __name__, url_prefix="/applications")


@bp.get("/new")
@public
def doors() -> str:
    return "doors"


@bp.get("/mine")
@public
def mine() -> str:
    return "mine"


@bp.get("/closed")
@public
def closed() -> str:
    return "closed"


@bp.get("/drafts")
@public
def drafts() -> str:
    return "drafts"


@bp.get("/papers")
@public
def papers() -> str:
    return "papers"
