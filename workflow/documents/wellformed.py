"""A paper's page read as XML. The templates are ours and well-formed; WeasyPrint's own reader forgives everything and takes ten times as long.

Stands in for `weasyprint.HTML`, whose inside is not published: the version is pinned, tests look.
"""

from xml.etree import ElementTree

import cssselect2
from weasyprint import HTML
from weasyprint.urls import URLFetcher


class Wellformed(HTML):  # type: ignore[misc]
    """`text` is XML of HTML's elements, without namespace. Raises ParseError where it is not well-formed: a fact never makes it so, being escaped."""

    def __init__(self, text: str, fetcher: URLFetcher):
        root = ElementTree.fromstring(text)  # noqa: S314 (our own template; facts are escaped and can declare no entity)
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
