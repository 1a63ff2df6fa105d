"""The office door: signed-in people."""

from importlib import import_module

from flask import Flask

ROOMS = ("home", "lookup", "accounts", "applications", "roster", "review", "window", "residence", "admin", "help")


def open_door(app: Flask) -> None:
    """Each room is a folder with views.py that holds its blueprint `bp`."""
    from portal import menu

    for room in ROOMS:
        app.register_blueprint(import_module(f"portal.{room}.views").bp)
    menu.bind(app)
