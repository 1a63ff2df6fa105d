"""A face inside a PDF without the tables that only systems of fonts read: of a TrueType face that glyph numbers are drawn out of (CIDFontType2),
ISO 32000-1 (9.9) asks for glyf, head, hhea, hmtx, loca, maxp and the hinting, nothing else. Two kilobytes a paper.
"""

import struct

_DRAWN = {b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"cvt ", b"fpgm", b"prep"}
_TRUETYPE = b"\0\1\0\0"
_WHOLE = 0xB1B0AFBA  # what all words of a face add up to, says the format


def slim(face: bytes) -> bytes:
    """The face with the tables that drawing needs; as it was, where it is not TrueType."""
    if not face.startswith(_TRUETYPE):
        return face
    (number,) = struct.unpack_from(">H", face, 4)
    tables = [struct.unpack_from(">4sLLL", face, 12 + 16 * nth) for nth in range(number)]
    kept = sorted(table for table in tables if table[0] in _DRAWN)
    power = len(kept).bit_length() - 1
    directory = [_TRUETYPE, struct.pack(">HHHH", len(kept), 16 << power, power, 16 * (len(kept) - (1 << power)))]
    bodies, place, total = [], 12 + 16 * len(kept), 0
    for tag, checksum, start, length in kept:
        body = face[start : start + length] + bytes(-length % 4)
        directory.append(struct.pack(">4sLLL", tag, checksum, place, length))
        bodies.append(body)
        place, total = place + len(body), total + checksum
    head = b"".join(directory)
    total += sum(struct.unpack(f">{len(head) // 4}L", head))
    at = next(nth for nth, table in enumerate(kept) if table[0] == b"head")
    bodies[at] = bodies[at][:8] + struct.pack(">L", (_WHOLE - total) & 0xFFFFFFFF) + bodies[at][12:]
    return head + b"".join(bodies)
