"""The lobby door: strangers with a QR code."""

from importlib import import_module

from flask import Flask

ROOMS = ("check", "register", "card")


def open_door(app: Flask) -> None:
    """Each room is a folder with views.py that holds its blueprint `bp`."""
    for room in ROOMS:
        app.register_blueprint(import_module(f"kiosk.{room}.views").bp)
