from flask import Blueprint

from portal.access import public

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    return "sign_in"


@bp.get("/sign-out")
@public
def sign_out() -> str:
    return "sign_out"


@bp.get("/account")
@public
def account() -> str:
    return "account"


@bp.get("/employer")
@public
def employer() -> str:
    return "employer"
