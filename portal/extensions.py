"""What Flask's packages need to be told, in one place."""

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy.orm import joinedload

from workflow.models import User, db

login = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()


@login.user_loader
def _load(user_id: str) -> User | None:
    user = db.session.get(User, int(user_id), options=[joinedload(User.grants)]) if user_id.isascii() and user_id.isdigit() and len(user_id) < 10 else None
    return user if user is not None and user.active else None


def bind(app: Flask) -> None:
    login.init_app(app)
    login.session_protection = None  # sessions are rows with their own limits; an address may change on a mobile network
    csrf.init_app(app)
    Htmx(app)
    migrate.init_app(app, db, directory="migrations", render_as_batch=True, compare_type=True)
