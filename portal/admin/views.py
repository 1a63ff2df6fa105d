"""The room's blueprint; its pages stand beside it."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

from portal.admin import calendar, cutover, employers, kiosks, profile, reissue, slots, staff  # noqa: E402, F401 - they hang their views on bp
