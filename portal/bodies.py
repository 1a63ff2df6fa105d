"""How much a request may bring. Looked at before anything reads the body: the framework's own limit for forms lets url-encoded bodies pass.

Files come as multipart and are bounded by MAX_CONTENT_LENGTH (220 MB together; a file by its material). A form without files is words.
"""

from flask import Flask, abort, request

MOST_WORDS = 1_048_576  # bytes of a url-encoded or plain body


def register(app: Flask) -> None:
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
