"""Names that came with an upload: made fit for showing, never used on disk."""

import unicodedata

LONGEST = 120
JOINERS = "\u200d\ufe0f"  # hold an emoji together
KINDS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}


def safe_name(name: str) -> str:
    """One line, no path, no control, direction or zero-width characters, at most 120 characters with its ending kept."""
    text = unicodedata.normalize("NFC", str(name).replace("\\", "/").split("\x00")[0]).rsplit("/", 1)[-1]
    kept = "".join(each if each in JOINERS or unicodedata.category(each)[0] != "C" else " " if each in "\t\n\r" else "" for each in text)
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > LONGEST:
        stem, dot, ending = kept.rpartition(".")
        ending = dot + ending if dot and len(ending) <= 8 else ""
        kept = (stem if ending else kept)[: LONGEST - len(ending) - 1]
        while kept and (unicodedata.combining(kept[-1]) or kept[-1] in JOINERS):
            kept = kept[:-1]
        kept += "…" + ending
    return kept or "file"


def extension(name: str) -> str:
    """The ending in small letters, jpeg and its kin as jpg; "" where there is none."""
    stem, dot, ending = safe_name(name).rpartition(".")
    return KINDS.get(ending.lower(), ending.lower()) if dot and stem else ""
