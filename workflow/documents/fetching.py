"""What a paper may fetch while it is printed: data: addresses, the named face files, the one ornament. Nothing else.

WeasyPrint's own fetcher opens files and the network; a stray address in a fact would carry /etc/passwd into a PDF.
"""

from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse

ORNAMENTS = {"ornament:waterlines": ("waterlines.svg", "image/svg+xml")}


class PaperFetcher(URLFetcher):
    """Answers `face:<name>` and `ornament:<name>` from fixed lists; anything else but data: ends the printing."""

    def __init__(self, faces: dict[str, Path], ornaments: Path):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self._faces = faces
        self._ornaments = ornaments

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        if url in self._faces:
            return URLFetcherResponse(url, self._faces[url].read_bytes(), {"Content-Type": "font/otf"})
        if url in ORNAMENTS:
            name, kind = ORNAMENTS[url]
            return URLFetcherResponse(url, (self._ornaments / name).read_bytes(), {"Content-Type": kind})
        return super().fetch(url, headers)

