"""Laws over the URL map: every view declared, addresses in kebab case, parameters typed, no change by GET, nothing that was removed."""

import re

import pytest
from flask import Flask

REMOVED = ("loss", "lost", "replacement", "notification-cancel", "claim-card", "after-entry")


def rules(app: Flask) -> list:
    return [r for r in app.url_map.iter_rules() if r.endpoint != "static"]


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    bare = [r.endpoint for r in rules(app) if not hasattr(app.view_functions[r.endpoint], "access")]
    assert not bare, f"{bare}: write @requires(...) or @public (kiosk: @stranger) under the route."


def test_addresses_are_in_kebab_case(app: Flask) -> None:
    odd = [r.rule for r in rules(app) if re.search(r"[A-Z_]", re.sub(r"<[^>]*>", "", r.rule)) and not r.rule.startswith("/.well-known")]
    assert not odd, f"{odd}: small letters and hyphens."


def test_ids_in_addresses_are_typed(app: Flask) -> None:
    odd = [r.rule for r in rules(app) if re.search(r"<[a-z_]*id>", r.rule)]
    assert not odd, f"{odd}: write <int:…>, which no table's bound is passed by."


@pytest.mark.parametrize("word", REMOVED)
def test_services_that_were_removed_stay_removed(app: Flask, word: str) -> None:
    """申领工作许可证（入境后）, 发布遗失公告, 补遗, 工作许可通知注销: gone since 1 December 2024."""
    assert not [r.rule for r in rules(app) if word in r.rule]


def test_a_number_that_no_table_holds_is_no_address(app: Flask) -> None:
    typed = [r.rule for r in rules(app) if "GET" in r.methods and r.rule.count("<") == 1 and "<int:" in r.rule]
    assert typed
    client = app.test_client()
    for rule in typed:
        assert client.get(re.sub(r"<int:[a-z_]+>", "1" + "0" * 30, rule)).status_code in (303, 404), rule
