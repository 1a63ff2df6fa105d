from flask import Blueprint

from portal.access import public

bp = Blueprint("review", __name__, url_prefix="/review")


@bp.get("/preliminary")
@public
def preliminary() -> str:
    return "preliminary"


@bp.get("/acceptance")
@public
def acceptance() -> str:
    return "acceptance"


@bp.get("/examination")
@public
def examination() -> str:
    return "examination"


@bp.get("/decision")
@public
def decision() -> str:
    return "decision"


@bp.get("/find")
@public
def find() -> str:
    return "find"
