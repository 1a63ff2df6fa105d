from flask import Blueprint

bp = Blueprint("card", __name__, url_prefix="/card")
