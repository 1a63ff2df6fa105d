"""A paper's page read as XML. The templates are ours and well-formed; WeasyPrint's own reader forgives everything and takes ten times as long.

Stands in for `weasyprint.HTML`, whose inside is not published: the version is pinned, tests look.
"""

import copy
from typing import Any
from xml.etree import ElementTree

import weasyprint
from weasyprint import HTML, UA_STYLESHEET
from weasyprint.urls import URLFetcher

_elements = weasyprint.cssselect2.ElementWrapper  # the one it reads with


class Wellformed(HTML):  # type: ignore[misc]
    """`text` is XML of HTML's elements, without namespace. Raises ParseError where it is not well-formed: a fact never makes it so, being escaped."""

    def __init__(self, text: str, fetcher: URLFetcher):
        root = ElementTree.fromstring(text)  # noqa: S314 (our own template; facts are escaped and can declare no entity)
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = _elements.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return [_sheet]


def _without_notes(sheet: Any) -> Any:
    """WeasyPrint's own sheet less what it says of every element's list marker, footnote and note: five styles an element, and papers have none of them."""
    plain = copy.copy(sheet)
    plain.matcher = copy.copy(sheet.matcher)
    plain.matcher.other_selectors = [entry for entry in sheet.matcher.other_selectors if entry[3] is None]
    return plain


_sheet = _without_notes(UA_STYLESHEET)
