"""The integer map: same facts same bytes, nothing read that was not written so."""

import cbor2
import pytest

from workflow.documents import claims

FACTS = {
    "iss": "specimen.440300",
    "ref": "7K3M9QX2TD6",
    "kind": "notification",
    "issued": "2026-12-08",
    "valid_until": "2027-03-08",
    "permit_number": "899202600000184276",
    "name": "MORETTI GIULIA ANNA",
    "nationality": "ITA",
    "class": "B",
    "employer": "深圳市云岭精密仪器有限公司",
    "division": "440305",
    "valid_from": "2027-01-11",
    "valid_to": "2029-01-10",
    "passport_last4": "1728",
}


def test_claims_come_back_as_they_went_in():
    assert claims.decode(claims.encode(FACTS)) == FACTS


def test_the_order_of_the_facts_changes_nothing():
    assert claims.encode(dict(reversed(FACTS.items()))) == claims.encode(FACTS)


def test_the_map_uses_the_registered_numbers_of_a_cwt():
    outer = cbor2.loads(claims.encode(FACTS))
    assert outer[1] == "specimen.440300"
    assert outer[4] == 1804521600  # 2027-03-09 00:00 in China: the last day counts to its end
    assert outer[6] == 1796659200  # 2026-12-08 00:00 in China
    assert outer[7] == b"7K3M9QX2TD6"
    assert outer[-65537][7] == 440305
    assert outer[-65537][8] == 20829  # days since 1970-01-01


def test_what_is_empty_is_left_out():
    short = {name: FACTS[name] for name in claims.REQUIRED}
    assert claims.encode(short | {"employer": "", "name": None}) == claims.encode(short)
    assert claims.decode(claims.encode(short)) == short


def test_a_leading_zero_of_the_passport_number_survives():
    assert claims.decode(claims.encode(FACTS | {"passport_last4": "0041"}))["passport_last4"] == "0041"


def test_a_long_employer_is_cut_between_characters_and_marked():
    cut = claims.decode(claims.encode(FACTS | {"employer": "长" * 200}))["employer"]
    assert cut == "长" * 24 + "…"


@pytest.mark.parametrize(
    "wrong",
    [
        {"passport_last4": "YB0041728"},
        {"kind": "passport"},
        {"issued": "8.12.2026"},
        {"division": "Nanshan"},
        {"name": 7},
        {"secret": "x"},
        {"ref": ""},
    ],
)
def test_wrong_or_missing_facts_are_refused(wrong):
    with pytest.raises(ValueError, match="claim"):
        claims.encode(FACTS | wrong)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"\x01",
        b"\x81" * 900,
        cbor2.dumps({1: "x"}),
        cbor2.dumps({1: "x", -65537: 3}),
        claims.encode(FACTS) + b"\x00",
        cbor2.dumps(dict(reversed(cbor2.loads(claims.encode(FACTS)).items()))),
        cbor2.dumps(cbor2.loads(claims.encode(FACTS)) | {99: 1}, canonical=True),
        cbor2.dumps({1: "x", 6: 10**30, 7: b"7", -65537: {1: 1}}, canonical=True),
    ],
)
def test_bytes_that_we_would_not_have_written_are_refused(payload):
    with pytest.raises(ValueError, match="claims"):
        claims.decode(payload)
