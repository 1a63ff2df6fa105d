"""The lobby door: strangers with a QR code.

It knows visits (kiosk/visit.py), not accounts: nobody signs in to the portal here, and nothing here asks who is signed in there.
"""

from importlib import import_module

from flask import Flask

from kiosk import cli, languages

ROOMS = ("check", "hall", "register", "card", "track", "portrait")


def open_door(app: Flask) -> None:
    """Each room is a folder with views.py that holds its blueprint `bp`."""
    languages.bind(app)
    app.cli.add_command(cli.kiosk_cli)
    for room in ROOMS:
        app.register_blueprint(import_module(f"kiosk.{room}.views").bp)
    app.extensions["csrf"].exempt("kiosk.hall.machine_views.pulse")
