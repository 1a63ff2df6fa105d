"""What a request may bring, and how much. Looked at before anything reads the body: the framework's own limit for forms lets url-encoded bodies pass.

Signs that nobody types and no page or database holds (NUL above all: PostgreSQL refuses it) are taken out of every field as it is read.
Files come as multipart and are bounded by MAX_CONTENT_LENGTH (220 MB together; a file by its material). A form without files is words.
"""

import re
from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict

MOST_WORDS = 1_048_576  # bytes of a url-encoded or plain body
# Breaks of lines and pages as word processors paste them become a space; the other controls and the two non-characters nothing.
_BREAKS, _UNTYPED = re.compile("[\x0b\x0c\x85]"), re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def legible(text: Any) -> Any:
    """The text without them, its lines ended as they were counted while typing; anything that is no text as it is."""
    return _UNTYPED.sub("", _BREAKS.sub(" ", text.replace("\r\n", "\n"))) if isinstance(text, str) else text


class _Fields(ImmutableMultiDict):
    def __init__(self, mapping: Any = None):
        super().__init__(mapping)
        for name in list(dict.keys(self)):
            dict.__setitem__(self, name, [legible(value) for value in dict.__getitem__(self, name)])


def register(app: Flask) -> None:
    """After the packages: one of them brings a request of its own, which this one keeps."""
    app.request_class = type("LegibleRequest", (app.request_class,), {"parameter_storage_class": _Fields})
    app.before_request_funcs.setdefault(None, []).insert(0, _weigh)


def _weigh() -> None:
    """413 for a body of words over MOST_WORDS, or of unsaid length; and for any body over MAX_CONTENT_LENGTH, before a byte is read."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    said = request.content_length
    if request.mimetype not in ("multipart/form-data", "application/offset+octet-stream") and (said or 0) > MOST_WORDS:
        abort(413)
    if said is None and request.environ.get("wsgi.input_terminated"):
        abort(413)
    most = request.max_content_length
    if most is not None and (said or 0) > most:
        abort(413)
