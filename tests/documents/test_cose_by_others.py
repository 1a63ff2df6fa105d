"""The public vectors, read by pycose: a COSE library of other people, which never signs here, with nothing but what is published."""

import json
from pathlib import Path

import cbor2
import pytest
from pycose.headers import KID
from pycose.keys import CoseKey
from pycose.messages import Sign1Message

from workflow.documents import claims, credential

PUBLISHED = json.loads((Path(__file__).parent / "vectors" / "vectors.json").read_text())
KEYS = {row[2]: CoseKey.from_dict(dict(row)) for row in cbor2.loads(bytes.fromhex(PUBLISHED["cose_keys"]))}
BY_NAME = {vector["name"]: vector for vector in PUBLISHED["vectors"]}


def read(token: bytes) -> Sign1Message:
    assert token[0] == 1
    message = Sign1Message.decode(token[1:])
    message.key = KEYS[message.phdr[KID]]
    return message


@pytest.mark.parametrize("name", [name for name, vector in BY_NAME.items() if vector["outcome"] == "genuine"])
def test_another_library_verifies_the_genuine_vectors_and_reads_their_facts(name):
    message = read(credential.from_digits(BY_NAME[name]["digits"]))
    assert message.verify_signature()
    assert claims.decode(message.payload) == BY_NAME[name]["claims"]


def test_another_library_refuses_the_altered_vector():
    assert not read(bytes.fromhex(BY_NAME["one letter of the name changed"]["token"])).verify_signature()


def test_a_vector_under_another_key_id_finds_no_published_key():
    with pytest.raises(KeyError):
        read(bytes.fromhex(BY_NAME["another key id"]["token"]))


def test_every_byte_of_a_vector_counts_for_the_other_library_too():
    """Changed in the payload or the signature, none verifies; elsewhere it is no message or names no key."""
    token = bytes.fromhex(BY_NAME["a notification, every claim"]["token"])
    for place in range(1, len(token), 3):
        changed = bytearray(token)
        changed[place] ^= 1
        try:
            held = read(bytes(changed)).verify_signature()
        except Exception:  # whatever a parser says to garbage
            held = False
        assert not held, place


def test_what_the_house_signs_today_another_library_verifies(tmp_path):
    keys = credential.Keyring.create(tmp_path)
    message = Sign1Message.decode(keys.sign(b"\xa0")[1:])
    message.key = CoseKey.from_dict(cbor2.loads(keys.cose_keys())[0])
    assert message.verify_signature()
    assert message.payload == b"\xa0"
