"""The reference printed under every code: ten random Crockford base-32 characters and one check character.

Alphabet ``0123456789ABCDEFGHJKMNPQRSTVWXYZ`` (no I, L, O, U). The check is Crockford's: the ten characters read as
one number, modulo 37. His five extra check signs (``* ~ $ = U``) cannot be typed on every keyboard and would not
survive an input method, so a body whose check would be one of them is never issued (about one draw in seven is drawn
again). 37 is prime and prime to 31 and 32, so every single wrong character and every swap of two neighbours is
noticed, the check character included.

What is left of a guess: 50 bits, of which 32 in 37 are issued.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 10
LENGTH = BODY + 1

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MODULUS = 37
_LONGEST_TYPED = 64
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u00a0": None, "\u3000": None, "\t": None})


def new_ref() -> str:
    """A fresh reference of eleven characters. Random: uniqueness is the database's to enforce."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(BODY))
        check = _check(body)
        if check < len(ALPHABET):
            return body + ALPHABET[check]


def normalise_ref(text: str) -> str:
    """Read what a person typed: spaces, hyphens, lower case, full-width letters; O as 0, I and L as 1.

    Returns the eleven characters. Raises ValueError when the length, a character or the check is wrong;
    the message says which, and is for a developer: the doors have their own words.
    """
    if len(text) > _LONGEST_TYPED:
        raise ValueError("a reference is eleven characters long")
    ref = unicodedata.normalize("NFKC", text).upper().strip().translate(_READ_AS)
    if len(ref) != LENGTH:
        raise ValueError("a reference is eleven characters long")
    if not set(ref) <= _VALUE.keys():
        raise ValueError("a reference has digits and capital letters only, without I, L, O, U")
    if _check(ref[:BODY]) != _VALUE[ref[BODY]]:
        raise ValueError("the check character does not fit: one character was read or typed wrongly")
    return ref


def pretty_ref(ref: str) -> str:
    """The printed form, in groups a person can hold in mind: ``7K3M 9QX2 TD6``."""
    return f"{ref[:4]} {ref[4:8]} {ref[8:]}"


def _check(body: str) -> int:
    number = 0
    for character in body:
        number = number * 32 + _VALUE[character]
    return number % _MODULUS
