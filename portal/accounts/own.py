from portal.access import public, requires
from portal.accounts.views import bp


@bp.get("/account")
@requires()
def account() -> str:
    return "account"


@bp.get("/employer")
@requires()
def employer() -> str:
    return "employer"


@bp.get("/register-employer")
@public
def register_employer() -> str:
    return "register"
