"""The public test vectors that docs/credential.md points to stay true. Their private key was thrown away."""

import json
from pathlib import Path

import cbor2
import cwt
import pytest

from workflow.documents import claims, credential

FOLDER = Path(__file__).parent / "vectors"
PUBLISHED = json.loads((FOLDER / "vectors.json").read_text())
VECTORS = PUBLISHED["vectors"]
GENUINE = [vector for vector in VECTORS if vector["outcome"] == "genuine"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_each_vector_has_its_outcome(vector):
    token = credential.from_digits(vector["digits"])
    assert token.hex() == vector["token"]
    assert credential.Keyring.load(FOLDER).verify(token).outcome == vector["outcome"]


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["name"])
def test_the_claims_of_a_vector_are_written_as_published(vector):
    assert claims.encode(vector["claims"]).hex() == vector["payload"]
    assert claims.decode(bytes.fromhex(vector["payload"])) == vector["claims"]


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["name"])
def test_a_foreign_library_reads_a_vector_with_the_published_keys_alone(vector):
    for key in (
        cwt.COSEKey.from_jwk(PUBLISHED["jwks"]["keys"][0]),
        cwt.COSEKey.new(cbor2.loads(bytes.fromhex(PUBLISHED["cose_keys"]))[0]),
    ):
        payload = cwt.COSE.new().decode(bytes.fromhex(vector["token"])[1:], key)
        assert payload.hex() == vector["payload"]


def test_the_published_sets_are_those_of_the_keyring():
    keys = credential.Keyring.load(FOLDER)
    assert keys.jwks() == PUBLISHED["jwks"]
    assert keys.cose_keys().hex() == PUBLISHED["cose_keys"]
