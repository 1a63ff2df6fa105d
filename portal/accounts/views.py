"""The room's blueprint; its pages stand beside it."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from portal.accounts import agents, employers, invitations, late, own, parking, registering, resetting, signing  # noqa: E402, F401 - they hang their views on bp
