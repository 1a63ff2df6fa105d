"""Who is expected at the window on a day, each with the way to the counter."""

from datetime import date, timedelta

from flask import render_template, request
from flask_login import current_user

from portal.access import requires
from portal.window.views import bp
from workflow import appointments as places
from workflow import clock
from workflow.checking import day as read_day
from workflow.residence import AT_COUNTER
from workflow.roles import Role


@bp.get("/appointments")
@requires(Role.WINDOW)
def appointments() -> str:
    """Today's, or those of the day asked for."""
    shown: date = read_day(request.args.get("day", "")[:10]) or clock.today()
    shown = min(max(shown, clock.today() - timedelta(days=366)), clock.today() + timedelta(days=366))
    rows = places.of_day(current_user.authority_id, shown)
    return render_template(
        "portal/window/appointments.html", rows=rows, shown=shown, today=clock.today(), before=shown - timedelta(days=1), after=shown + timedelta(days=1), at_counter=AT_COUNTER
    )
