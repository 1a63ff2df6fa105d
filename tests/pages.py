"""What every page any test fetches must be: valid HTML5, one h1, a title, a language, names for every control, a token in every form that changes something.

    judge(page)                     every page that tests/driving.browse() or the kiosk's visitor fetches goes through here
    faults(html, whole=True)        the sentences, each naming its cure; `whole=False` for a fragment as htmx swaps it in

html5lib tells what a browser would have to repair; what it does not look at (which element may stand in which) is told by the tables below.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# only words and inline elements may stand in these
WORDS_ONLY = HEADINGS | frozenset(
    ("p", "span", "b", "i", "em", "strong", "small", "code", "time", "label", "button", "summary", "q", "cite", "sub", "sup", "kbd", "output", "abbr", "bdi", "bdo", "mark", "s", "u", "pre")
)
BLOCKS = HEADINGS | frozenset(
    ("address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figure", "footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "section",
     "table", "ul", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead")
)  # fmt: skip
CHILDREN = {  # and only these may stand directly in those (script and template may stand anywhere)
    "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "select": {"option", "optgroup", "hr"}, "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
}  # fmt: skip
INTERACTIVE = frozenset(("a", "button", "input", "select", "textarea", "details", "summary", "label", "iframe", "audio", "video"))
HEADINGS_IN = {"summary": HEADINGS, "legend": HEADINGS}
CONTROLS = frozenset(("input", "select", "textarea"))
SPEAKS_FOR_ITSELF = frozenset(("hidden", "submit", "button", "image", "reset"))


def judge(page: Any) -> None:
    """Raise AssertionError naming every fault of a page (portal.journey.page.Page or anything with html, status, url)."""
    whole = not getattr(page, "is_fragment", False)
    said = faults(page.html, whole=whole)
    assert not said, f"{page.url} ({page.status}{'' if whole else ', fragment'}) is not sound:\n  " + "\n  ".join(said)


def faults(html: str, whole: bool = True) -> list[str]:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(html) if whole else _fragment(parser, html)
    said = [f"line {line}: {code} {values}: mend the template (an element that is closed twice, not closed, or where it must not stand)" for (line, _), code, values in parser.errors[:5]]
    kept = {id(inner) for held in tree.iter("template") for inner in held.iter() if inner is not held}  # not on the page until a script puts it there
    elements = [e for e in tree.iter() if isinstance(e.tag, str) and not e.tag.startswith("{") and id(e) not in kept]
    parents = {child: parent for parent in tree.iter() for child in parent}
    checks = [_places(elements, parents), _ids(elements), _controls(elements, parents), _forms(elements), _policy(elements), _words(html)]
    if whole:
        checks.insert(0, _frame(tree, elements))
    return said + [sentence for check in checks for sentence in check]


def _fragment(parser: Any, html: str) -> Any:
    """A fragment is parsed where htmx would put it: rows in a table, everything else in a div."""
    first = re.match(r"\s*<(tr|td|th|tbody|li|option)\b", html)
    return parser.parseFragment(html, container={"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "option": "select"}.get(first.group(1), "div") if first else "div")


def _frame(tree: Any, elements: list[Element]) -> Iterator[str]:
    if not (tree.get("lang") or "").strip():
        yield 'no language: <html lang="{{ html_lang() }}">'
    if not "".join(next((e for e in elements if e.tag == "title"), Element("title")).itertext()).strip():
        yield "no title: fill {% block title %}"
    heads = [e for e in elements if e.tag == "h1"]
    if len(heads) != 1:
        yield f"{len(heads)} h1: a page has one, in {{% block content %}} (parts of a page begin at h2)"
    if sum(e.tag == "main" for e in elements) != 1:
        yield "not one <main>: extend a layout of templates/layouts"


def _places(elements: list[Element], parents: dict[Element, Element]) -> Iterator[str]:
    for e in elements:
        parent = parents.get(e)
        if parent is None or not isinstance(parent.tag, str):
            continue
        if parent.tag in CHILDREN and e.tag not in CHILDREN[parent.tag] | {"script", "template"}:
            yield f"<{e.tag}> directly in <{parent.tag}>{_where(parent)}: only {', '.join(sorted(CHILDREN[parent.tag]))} may stand there"
        if e.tag in BLOCKS:
            for above in _above(e, parents):
                if above.tag in ("td", "th", "div", "li", "body", "section", "dd"):
                    break
                if (above.tag in WORDS_ONLY or above.tag == "legend") and e.tag not in HEADINGS_IN.get(str(above.tag), ()):
                    yield f"<{e.tag}>{_where(e)} inside <{above.tag}>{_where(above)}: only words may stand there; use span, or div outside"
                    break
        if (e.tag in INTERACTIVE and e.get("type") != "hidden") or e.get("tabindex") is not None:
            for above in _above(e, parents):
                if above.tag in ("a", "button") or (above.tag == "label" and e.tag in ("a", "button", "label")) or (above.tag == "summary" and e.tag in ("a", "button", "label")):
                    yield f"<{e.tag}>{_where(e)} inside <{above.tag}>{_where(above)}: what is pressed cannot hold what is pressed"
                    break
        if e.tag == "legend" and parent.tag != "fieldset":
            yield f"<legend> outside <fieldset>{_where(parent)}"
        if e.tag == "summary" and parent.tag != "details":
            yield f"<summary> outside <details>{_where(parent)}"
        if e.tag == "img" and e.get("alt") is None:
            yield f"<img src={e.get('src')}> without alt: say what it shows, or alt=\"\""


def _ids(elements: list[Element]) -> Iterator[str]:
    ids = [e.get("id") for e in elements if e.get("id") is not None]
    held = set(ids)
    for twice in sorted({str(i) for i in ids if ids.count(i) > 1}):
        yield f"id {twice!r} stands {ids.count(twice)} times: give the part an id of its own (hidden inputs need none)"
    for e in elements:
        if e.get("id") is not None and (not e.get("id") or re.search(r"\s", str(e.get("id")))):
            yield f"<{e.tag} id={e.get('id')!r}>: an id has no spaces and is not empty"
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for wanted in (e.get(name) or "").split():
                if wanted not in held:
                    yield f"{name}={wanted!r} of <{e.tag}>{_where(e)} points nowhere: draw what it names, or leave the attribute out"


def _controls(elements: list[Element], parents: dict[Element, Element]) -> Iterator[str]:
    held = {e.get("id") for e in elements if e.get("id")}
    named = {e.get("for") for e in elements if e.tag == "label" and "".join(e.itertext()).strip()}
    for e in elements:
        if e.tag == "label" and e.get("for") is not None and e.get("for") not in held:
            yield f"<label for={e.get('for')!r}> ({_text(e)}) points nowhere: the control has no such id"
        if e.tag in CONTROLS and e.get("type") not in SPEAKS_FOR_ITSELF:
            inside = any(above.tag == "label" for above in _above(e, parents))
            if not (inside or e.get("id") in named or e.get("aria-label") or e.get("aria-labelledby")):
                yield f"<{e.tag} name={e.get('name')!r}{_where(e)}> has no name: a <label for>, or aria-label"
        if e.tag == "button" and not (_text(e) or e.get("aria-label") or any(x.get("aria-label") for x in e.iter())):
            yield f"<button>{_where(e)} says nothing: words, or icon(name, label)"
        if e.tag == "a" and e.get("href") is not None and not (_text(e) or e.get("aria-label") or any(x.get("aria-label") or x.get("alt") for x in e.iter())):
            yield f"<a href={e.get('href')!r}> says nothing: words, or icon(name, label)"
        if e.tag == "fieldset" and not any(child.tag == "legend" for child in e):
            yield f"<fieldset>{_where(e)} without <legend>: say what its choices are about"


def _forms(elements: list[Element]) -> Iterator[str]:
    for form in (e for e in elements if e.tag == "form"):
        unsafe = (form.get("method") or "get").lower() != "get"
        token = any(e.get("name") == "csrf_token" and e.get("value") for e in form.iter("input"))
        if unsafe and not token:
            yield f"form to {form.get('action')!r} has no csrf_token: {{{{ hidden() }}}} of components/hidden.html"
        if not unsafe and token:
            yield f"form to {form.get('action')!r} reads (GET) and would write the token into the address: leave hidden() out"
        files = any(e.get("type") == "file" for e in form.iter("input"))
        if files and form.get("enctype") != "multipart/form-data":
            yield f"form to {form.get('action')!r} takes files: enctype=multipart/form-data"


def _policy(elements: list[Element]) -> Iterator[str]:
    for e in elements:
        if e.tag == "script" and not e.get("src") and e.get("type", "") not in ("application/json",):
            yield f"a script in the page{_where(e)}: the policy blocks it; put it into static/"
        if e.tag == "style":
            yield "a <style> in the page: the policy blocks it; put it into a style sheet"
        for name in e.attrib:
            if name == "style" or (name.startswith("on") and name != "one") or name.startswith("hx-on"):
                yield f"{name}= on <{e.tag}>{_where(e)}: the policy blocks it; a class and a style sheet, or static/*.js"


def _words(html: str) -> Iterator[str]:
    for trace, cure in ((r"%\(\w+\)[sd]", "a placeholder was not filled: gettext(…, name=value) or sentence()"), (r">\s*None\s*<", "None is written out: |default or an if"), (r"\{\{|\{%", "a template was not rendered")):
        if found := re.search(trace, html):
            yield f"{html[max(0, found.start() - 40) : found.end() + 20]!r}: {cure}"


def _above(e: Element, parents: dict[Element, Element]) -> Iterator[Element]:
    while (e := parents.get(e)) is not None:  # type: ignore[assignment]
        if isinstance(e.tag, str):
            yield e


def _text(e: Element) -> str:
    return " ".join("".join(e.itertext()).split())


def _where(e: Element) -> str:
    mark = e.get("id") or e.get("class") or e.get("name")
    return f" ({mark})" if mark else ""
