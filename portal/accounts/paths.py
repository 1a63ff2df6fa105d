"""Where one may be sent after signing in: only to a path of this house."""

from urllib.parse import urlsplit


def own_path(asked: str | None) -> str:
    """`asked` if it is a relative path of this house, else "". What a browser would read as another host (//, /\\, a scheme, a tab) is not."""
    if not asked or not asked.startswith("/") or asked.startswith("//") or len(asked) > 2000:
        return ""
    if "\\" in asked or any(ord(c) < 33 or ord(c) == 127 for c in asked):
        return ""
    parts = urlsplit(asked)
    return "" if parts.scheme or parts.netloc else asked
