"""The first page of each role, messages, and in a demonstration the letters that would go out."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import public
from workflow.roles import Role as R

bp = Blueprint("home", __name__)
FIRST = (
    (R.HANDLER, "applications.mine"),
    (R.ACCEPTANCE, "review.preliminary"),
    (R.EXAMINER, "review.examination"),
    (R.DECIDER, "review.decision"),
    (R.WINDOW, "window.scan"),
    (R.EXIT_ENTRY, "residence.queue"),
    (R.ADMIN, "admin.employers"),
)


@bp.get("/")
@public
def index() -> Response | str:
    if not current_user.is_authenticated:
        return render_template("portal/home/welcome.html", phones=current_app.config["PORTAL"].help_phones)
    endpoint = next((endpoint for role, endpoint in FIRST if role in current_user.roles), "accounts.account")
    return redirect(url_for(endpoint), 303)


from portal.home import messages  # noqa: E402, F401 - it hangs its views on bp
