"""What a paper may fetch while it is printed: data: addresses and the named face files. Nothing else.

WeasyPrint's own fetcher opens files and the network; a stray address in a fact would carry /etc/passwd into a PDF.
"""

from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse


class PaperFetcher(URLFetcher):
    """Answers `face:<name>` from a fixed list; anything else but data: ends the printing."""

    def __init__(self, faces: dict[str, Path]):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self._faces = faces

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        if url in self._faces:
            return URLFetcherResponse(url, self._faces[url].read_bytes(), {"Content-Type": "font/otf"})
        return super().fetch(url, headers)
