"""Finding answers by words: Han by substring (then by pairs of signs), everything else by the beginning of a word. Both languages are searched.

A term found in a title weighs five times one found in the answer. A term found nowhere costs nothing but its weight.
"""

import re
import unicodedata
from functools import lru_cache

from portal.help import texts_en, texts_zh
from portal.help.entries import ENTRIES, Entry

TITLE, TEXT = 5.0, 1.0
LONGEST = 100  # signs of a query that are looked at
SHARE = 0.3  # of the best hit's score: less is noise
IDLE_WORDS = re.compile(r"\b(?:a|an|and|are|at|be|by|can|do|does|for|from|how|i|in|is|it|my|of|on|or|the|this|to|what|when|where|which|who|why|with|you|your)\b")
IDLE_HAN = re.compile("怎么办|怎么|怎样|如何|什么|哪里|在哪|可以|需要|我们|我的|请问|吗|呢|的|了|是|我|要|能")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=1)
def _index() -> tuple[tuple[Entry, str, str], ...]:
    return tuple((entry, *(plain(" \n ".join(parts)) for parts in _parts(entry.slug))) for entry in ENTRIES)  # type: ignore[misc]


def _parts(slug: str) -> tuple[list[str], list[str]]:
    both = texts_zh.TEXTS[slug], texts_en.TEXTS[slug]
    return [t.title for t in both] + [t.words for t in both], [t.whole for t in both]


def find(query: str) -> list[Entry]:
    """The entries that answer, best first; none for a query without a searchable word."""
    terms = _terms(plain(query[:LONGEST]))
    scored = [(_score(terms, title, text), -place, entry) for place, (entry, title, text) in enumerate(_index())]
    hits = sorted((hit for hit in scored if hit[0] > 0), key=lambda hit: hit[:2], reverse=True)
    return [entry for score, _, entry in hits if score >= SHARE * hits[0][0]]


def _terms(query: str) -> list[str]:
    spoken = IDLE_HAN.sub(" ", query)
    return _HAN.findall(spoken) + _WORD.findall(IDLE_WORDS.sub(" ", query))


def _score(terms: list[str], title: str, text: str) -> float:
    return sum(TITLE * _held(term, title) + TEXT * _held(term, text) for term in terms)


def _held(term: str, where: str) -> float:
    """1 when the term stands there, for a longer Han term the share of its neighbouring pairs that do, else 0."""
    if not _HAN.fullmatch(term):
        return 1.0 if re.search(rf"(?<![a-z0-9]){term}", where) else 0.0
    if term in where:
        return 1.0
    pairs = [term[n : n + 2] for n in range(len(term) - 1)]
    found = sum(pair in where for pair in pairs) / len(pairs) if len(pairs) > 1 else 0.0
    return found if found >= 0.5 else 0.0
