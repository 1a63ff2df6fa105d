"""Signed facts: every outcome, every flipped bit, several keys, and readers that mangle what they read."""

import stat
import threading

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.documents.test_claims import FACTS
from workflow.documents import claims, credential, keyfiles
from workflow.documents.credential import Keyring

PAYLOAD = claims.encode(FACTS)
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def keys(tmp_path):
    return Keyring.create(tmp_path / "keys")


def test_what_was_signed_is_genuine(keys):
    verdict = keys.verify(keys.sign(PAYLOAD))
    assert (verdict.outcome, verdict.payload) == ("genuine", PAYLOAD)
    assert verdict.kid in keys.states


def test_a_signed_permit_stays_short(keys):
    assert len(keys.sign(PAYLOAD)) <= 260


def test_every_flipped_bit_shows(keys):
    token = keys.sign(PAYLOAD)
    outcomes = set()
    for place in range(len(token)):
        for bit in range(8):
            forged = bytearray(token)
            forged[place] ^= 1 << bit
            verdict = keys.verify(bytes(forged))
            assert verdict.payload is None
            outcomes.add(verdict.outcome)
    assert outcomes == {"altered", "malformed", "unknown_key"}


def test_a_changed_fact_is_altered(keys):
    forged = keys.sign(PAYLOAD).replace(b"MORETTI", b"MORETTO")
    assert keys.verify(forged).outcome == "altered"


def test_the_second_signature_that_ecdsa_allows_is_not_accepted(keys):
    token = keys.sign(PAYLOAD)
    twin = token[:-32] + (N - int.from_bytes(token[-32:], "big")).to_bytes(32, "big")
    cwt.COSE.new().decode(twin[1:], cwt.COSEKey.from_jwk(keys.jwks()["keys"][0]))  # mathematically it holds
    assert keys.verify(twin).outcome == "altered"


def _resealed(token, **change):
    protected, unprotected, payload, signature = cbor2.loads(token[1:]).value
    parts = {"protected": protected, "unprotected": unprotected, "payload": payload, "signature": signature} | change
    return b"\x01" + cbor2.dumps(cbor2.CBORTag(18, list(parts.values())))


@pytest.mark.parametrize("kept", ["version", "tag", "alg", "type", "unprotected", "tail", "long_length"])
def test_only_our_own_encoding_is_accepted(keys, kept):
    token = keys.sign(PAYLOAD)
    header = cbor2.loads(cbor2.loads(token[1:]).value[0])
    forged = {
        "version": b"\x02" + token[1:],
        "tag": token[:1] + b"\xd1" + token[2:],
        "alg": _resealed(token, protected=cbor2.dumps(header | {1: -35})),
        "type": _resealed(token, protected=cbor2.dumps({k: v for k, v in header.items() if k != 16})),
        "unprotected": _resealed(token, unprotected={99: 1}),
        "tail": token + b"\x00",
        "long_length": token[:2] + b"\x98\x04" + token[3:],
    }[kept]
    assert keys.verify(forged).outcome == "malformed"


@pytest.mark.parametrize("token", [b"", b"\x01", b"\x01\xd2\x84", b"\x01" + b"\x81" * 1500, b"\x01\xd2\x80", b"\x01\xf6"])
def test_rubbish_is_malformed_and_never_raises(keys, token):
    assert keys.verify(token).outcome == "malformed"


def test_a_key_of_somebody_else_is_unknown(keys, tmp_path):
    assert keys.verify(Keyring.create(tmp_path / "others").sign(PAYLOAD)).outcome == "unknown_key"


def test_a_stranger_who_borrows_our_key_id_is_altered(keys, tmp_path):
    (kid,) = keys.states
    assert keys.verify(Keyring.create(tmp_path / "others", kid).sign(PAYLOAD)).outcome == "altered"


def test_a_rotated_key_keeps_verifying_and_a_revoked_one_does_not(tmp_path):
    old = Keyring.create(tmp_path, "first")
    token = old.sign(PAYLOAD)
    both = Keyring.create(tmp_path, "second")
    assert both.verify(both.sign(PAYLOAD)).kid == "second"
    retired = Keyring.mark(tmp_path, "first", "retired")
    assert retired.verify(token).outcome == "genuine"
    revoked = Keyring.mark(tmp_path, "first", "revoked")
    assert revoked.verify(token) == credential.Verdict(None, "first", "revoked")
    assert [key["kid"] for key in revoked.jwks()["keys"]] == ["second"]


def test_without_an_active_key_nothing_is_signed(tmp_path):
    Keyring.create(tmp_path, "only")
    with pytest.raises(LookupError):
        Keyring.mark(tmp_path, "only", "retired").sign(PAYLOAD)


def test_key_files_are_for_their_owner_alone(tmp_path):
    folder = tmp_path / "keys"
    Keyring.create(folder, "first")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("first.pem", "keys.json")} == {0o600}


def test_a_key_id_never_leads_out_of_the_folder(tmp_path):
    with pytest.raises(ValueError, match="key id"):
        Keyring.create(tmp_path, "../first")


def test_processes_that_start_together_make_one_key(tmp_path):
    starts = [threading.Thread(target=Keyring.ensure, args=(tmp_path,)) for _ in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(Keyring.load(tmp_path).states) == 1


def test_a_key_whose_private_half_was_destroyed_still_verifies(tmp_path):
    from cryptography.hazmat.primitives import serialization

    token = Keyring.create(tmp_path, "first").sign(PAYLOAD)
    Keyring.mark(tmp_path, "first", "retired")
    private = serialization.load_pem_private_key((tmp_path / "first.pem").read_bytes(), None)
    public = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "first.pub.pem").write_bytes(public)
    (tmp_path / "first.pem").unlink()
    assert Keyring.load(tmp_path).verify(token).outcome == "genuine"


def test_only_p256_keys_are_loaded(tmp_path):
    from cryptography.hazmat.primitives import serialization

    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keyfiles.add(tmp_path, "big", other, "active")
    with pytest.raises(ValueError, match="P-256"):
        Keyring.load(tmp_path)


def test_a_library_that_knows_nothing_of_us_verifies_with_the_published_keys(keys):
    token = keys.sign(PAYLOAD)
    by_jwk = cwt.COSEKey.from_jwk(keys.jwks()["keys"][0])
    by_cose = cwt.COSEKey.new(cbor2.loads(keys.cose_keys())[0])
    assert cwt.COSE.new().decode(token[1:], by_jwk) == PAYLOAD
    assert cwt.COSE.new().decode(token[1:], by_cose) == PAYLOAD
    assert "d" not in keys.jwks()["keys"][0]


def test_digits_there_and_back(keys):
    token = keys.sign(PAYLOAD)
    assert credential.from_digits(credential.to_digits(token)) == token


@pytest.mark.parametrize("text", ["", "0", "012", "1_0", " 12", "12\n", "+12", "１２", "١٢", "1" * 2001, "12a"])
def test_digits_that_are_not_ours_are_refused_before_they_are_numbers(text):
    with pytest.raises(ValueError, match="digits"):
        credential.from_digits(text)


def test_a_token_too_long_for_a_code_is_refused():
    with pytest.raises(ValueError, match="code"):
        credential.to_digits(b"\x01" + bytes(1000))


def test_readers_may_mangle_the_address(keys):
    token = keys.sign(PAYLOAD)
    digits = credential.to_digits(token)
    ref = "7K3M9QX2TD6"
    address = credential.url("https://portal.example/", ref, token)
    assert address == f"https://portal.example/v/{ref}#{digits}"
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in address)
    for read in (address, address + "\r\n", address.lower(), wide, f"  {address} "):
        assert credential.split_url(read) == (ref, digits)
    assert credential.split_url(f"https：//portal。example/#{digits}") == (None, digits)
    assert credential.split_url(digits) == (None, digits)
    assert credential.split_url("7k3m 9qx2 td6") == (ref, None)
    assert credential.split_url(f"https://portal.example/v/{ref}") == (ref, None)
    assert credential.split_url("https://portal.example/v/7K3M9QX2TD7") == (None, None)
    assert credential.split_url("hello") == (None, None)
    assert credential.split_url("9" * 100_000) == (None, None)
