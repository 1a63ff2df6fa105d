"""The symbol on the whole printed page, read by two engines that have nothing in common."""

import re

import pytest
import zxingcpp
from pyzbar import pyzbar

from tests.documents.samples import sample
from tests.documents.test_claims import FACTS
from workflow.documents import claims, credential, qr
from workflow.documents.refs import new_ref
from workflow.documents.render import render


def _address(keys, ref, **facts):
    token = keys.sign(claims.encode(FACTS | {"ref": ref} | facts))
    return credential.url("https://portal.example", ref, token)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return credential.Keyring.create(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize(("employer", "name", "modules"), [("云岭", "LI", 61), (FACTS["employer"], FACTS["name"], 69), ("长" * 40, "W" * 39, 73)])
def test_both_engines_read_the_printed_code_from_the_whole_page(keys, picture, dpi, employer, name, modules):
    ref = new_ref()
    address = _address(keys, ref, employer=employer, name=name)
    assert len(qr.matrix(address)) == modules
    page = picture(render("notification", sample("notification") | {"ref": ref, "qr_url": address}), dpi)
    assert [symbol.data.decode() for symbol in pyzbar.decode(page, [pyzbar.ZBarSymbol.QRCODE])] == [address]
    assert [symbol.text for symbol in zxingcpp.read_barcodes(page)] == [address]


@pytest.mark.parametrize("kind", ["decision", "refusal", "filing_receipt"])
def test_the_code_at_the_foot_of_a_letter_is_read_too(keys, picture, kind):
    ref = new_ref()
    address = _address(keys, ref)
    page = picture(render(kind, sample(kind) | {"ref": ref, "qr_url": address}), 150)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(page)] == [address]


def test_a_signed_permit_fits_version_13(keys):
    assert len(qr.matrix(_address(keys, new_ref()))) <= 69


@pytest.mark.parametrize("employer", ["云岭", FACTS["employer"]])
def test_the_symbol_measures_35_mm_on_paper(keys, picture, employer):
    address = _address(keys, new_ref(), employer=employer)
    page = picture(render("notification", sample("notification") | {"qr_url": address}), 300)
    corners = zxingcpp.read_barcodes(page)[0].position
    millimetres = (corners.top_right.x - corners.top_left.x) / 300 * 25.4
    assert 34.7 < millimetres < 35.5


def test_digits_are_a_segment_of_their_own(keys):
    address = _address(keys, new_ref())
    assert len(qr.matrix(address)) < len(qr.matrix(re.sub("[0-9]", "x", address)))


def test_the_path_draws_exactly_the_dark_modules():
    text = "https://portal.example/v/7K3M9QX2TD6#12345678901234567890"
    rows = qr.matrix(text)
    drawn = [[False] * len(rows) for _ in rows]
    for x, y, run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", qr.svg_path(text)):
        for step in range(int(run)):
            drawn[int(y) - qr.QUIET][int(x) - qr.QUIET + step] = True
    assert drawn == rows


def test_the_title_is_escaped():
    assert "<b>" not in qr.svg("x", "<b>")
