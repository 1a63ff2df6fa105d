"""The facts for machines: two small files inside every paper, and what they say when they are read back.

facts.cbor holds the payload of the code's token byte for byte (docs/credential.md, "The claims"); facts.json says the same in words, with the
paper's number. Neither knows more of a person than the code does: the last four of the passport number, never the whole of it.
"""

import json
from typing import Any, NamedTuple

from . import claims
from .credential import payload_of

CBOR, JSON = "facts.cbor", "facts.json"


class Attached(NamedTuple):
    """One embedded file. `relation` is the AFRelationship of ISO 32000-2."""

    name: str
    media_type: str
    relation: str
    description: str
    data: bytes


def facts_files(token: bytes, number: str) -> tuple[Attached, Attached]:
    """Both files of a paper. `token` is one of our own; raises ValueError where it is none."""
    payload = payload_of(token)
    words = json.dumps({"number": number, **claims.decode(payload)}, ensure_ascii=False, indent=1).encode()
    return (
        Attached(CBOR, "application/cbor", "Data", "The facts of the code, CBOR", payload),
        Attached(JSON, "application/json", "Alternative", "The same facts, JSON", words),
    )


def read(files: dict[str, bytes]) -> dict[str, Any]:
    """The claims by name and the number, out of both files. Raises ValueError where one is missing or they do not say the same."""
    try:
        facts, words = claims.decode(files[CBOR]), json.loads(files[JSON])
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]} is not attached") from missing
    number = words.pop("number", None) if isinstance(words, dict) else None
    if words != facts or not isinstance(number, str):
        raise ValueError(f"{CBOR} and {JSON} do not say the same")
    return {"number": number, **facts}
