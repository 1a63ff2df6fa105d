"""A page as it was read: its words, its links, and its forms with what a browser would send of them."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import tinyhtml5

from portal.journey.transport import Answer

Pair = tuple[str, str]


class Amiss(AssertionError):
    """The page is not what was expected: says what was looked for, where, and what stands there instead."""


def words(element: Element) -> str:
    """The text of an element with its spaces made single."""
    return " ".join("".join(element.itertext()).split())


class Form:
    """One form of a page. `pairs(values, button)` is what a browser would send after `values` were typed into it."""

    def __init__(self, element: Element, page: "Page"):
        self.element, self.page = element, page
        self.method = (element.get("method") or "get").lower()
        self.action = element.get("action") or page.url
        self.multipart = element.get("enctype") == "multipart/form-data"

    @cached_property
    def controls(self) -> list[Element]:
        own, mark = list(self.element.iter()), self.element.get("id")
        outside = [e for e in self.page.root.iter() if mark and e.get("form") == mark]
        disabled = {id(e) for fieldset in self.element.iter("fieldset") if fieldset.get("disabled") is not None for e in fieldset.iter()}
        found = [e for e in own if e.get("form") in (None, mark)] + [e for e in outside if e not in own]
        return [e for e in found if e.tag in ("input", "select", "textarea", "button") and e.get("disabled") is None and id(e) not in disabled]

    @cached_property
    def names(self) -> list[str]:
        """Names of the controls, in order, each once; buttons apart."""
        return list(dict.fromkeys(e.get("name", "") for e in self.controls if e.get("name") and not is_button(e)))

    @property
    def buttons(self) -> list[Element]:
        return [e for e in self.controls if is_button(e)]

    @property
    def hidden(self) -> dict[str, str]:
        return {e.get("name", ""): e.get("value", "") for e in self.controls if e.tag == "input" and e.get("type") == "hidden" and e.get("name")}

    def values(self) -> dict[str, list[str]]:
        """What stands in the form now, by name."""
        held: dict[str, list[str]] = {}
        for name, value in self.pairs({}):
            held.setdefault(name, []).append(value)
        return held

    def name_of(self, asked: str) -> str:
        """The name of a control, given that or the words of its label."""
        if asked in self.names:
            return asked
        for label in self.element.iter("label"):
            if words(label) == asked or words(label).removesuffix("（选填）").removesuffix("(optional)").strip() == asked:
                wanted = label.get("for")
                control = next((e for e in self.controls if wanted and e.get("id") == wanted), None)
                if control is not None and control.get("name"):
                    return str(control.get("name"))
        raise Amiss(f"{self.page.url}: no field {asked!r} in the form to {self.action}; there are {', '.join(self.names) or 'none'}")

    def offered(self, name: str) -> list[str]:
        """The values a select, radio or checkbox offers; empty for fields one types into."""
        found = [e for e in self.controls if e.get("name") == name]
        return [o for e in found for o in ([_option(x) for x in e.iter("option")] if e.tag == "select" else [e.get("value", "on")] if _tick(e) else [])]

    def button(self, asked: str | None) -> Element | None:
        """The button with that name, value or label (or part of the label); without asking the first, as Enter does."""
        if asked is None:
            return self.buttons[0] if self.buttons else None
        for fits in (lambda e: asked in (e.get("value"), e.get("name"), words(e), f"{e.get('name')}={e.get('value')}"), lambda e: asked in words(e)):
            for element in self.buttons:
                if fits(element):
                    return element
        raise Amiss(f"{self.page.url}: no button {asked!r}; there are {', '.join(repr(words(e)) for e in self.buttons) or 'none'}")

    def pairs(self, values: Mapping[str, Any], button: Element | None = None) -> list[Pair]:
        """What is sent: the form's own values, those in `values` put in their place (str, number, bool for a tick, or a list of str)."""
        typed: dict[str, list[str]] = {}
        for asked, value in values.items():
            found = self.name_of(asked)
            typed[found] = self._typed(found, value)
        sent: list[Pair] = []
        for element in self.controls:
            name = element.get("name")
            if not name or (is_button(element) and element is not button) or element.get("type") == "file":
                continue
            if is_button(element):
                sent.append((name, element.get("value", "")))
            elif name in typed and not _tick(element) and element.tag != "select":
                if typed[name]:
                    sent.append((name, typed[name].pop(0)))
            elif name in typed:
                offers = [_option(o) for o in element.iter("option")] if element.tag == "select" else [element.get("value", "on")]
                sent += [(name, v) for v in typed[name] if v in offers]
            else:
                sent += _standing(element, name)
        return sent

    def _typed(self, name: str, value: Any) -> list[str]:
        offers = self.offered(name)
        if offers and isinstance(value, bool):
            return offers[:1] if value else []
        chosen = [str(v) for v in (value if isinstance(value, list | tuple | set) else [value])]
        odd = [v for v in chosen if offers and v not in offers]
        if odd:
            raise Amiss(f"{self.page.url}: {name} does not offer {odd[0]!r}, only {', '.join(map(repr, offers))}")
        return chosen


def is_button(element: Element) -> bool:
    kind = element.get("type", "submit" if element.tag == "button" else "text").lower()
    return kind in ("submit", "image") and element.tag in ("button", "input")


def _tick(element: Element) -> bool:
    return element.tag == "input" and element.get("type") in ("checkbox", "radio")


def _option(option: Element) -> str:
    return option.get("value") if option.get("value") is not None else words(option)  # type: ignore[return-value]


def _standing(element: Element, name: str) -> list[Pair]:
    if element.tag == "textarea":
        return [(name, "".join(element.itertext()).replace("\n", "\r\n"))]
    if element.tag == "select":
        options = [o for o in element.iter("option") if o.get("disabled") is None]
        chosen = [o for o in options if o.get("selected") is not None]
        if element.get("multiple") is None:
            chosen = chosen[-1:] or options[:1]
        return [(name, _option(o)) for o in chosen]
    if _tick(element):
        return [(name, element.get("value", "on"))] if element.get("checked") is not None else []
    return [] if element.get("type") in ("reset", "button") else [(name, element.get("value", ""))]


class Page:
    """What came back: status, url (path and query), headers, body; and, of HTML, its parts. `is_fragment`: asked for as htmx asks."""

    is_fragment = False

    def __init__(self, url: str, answer: Answer, trail: Iterable[str] = ()):
        self.url, self.status, self.headers, self.body, self.trail = url, answer.status, answer.headers, answer.body, tuple(trail)

    def __repr__(self) -> str:
        return f"<Page {self.status} {self.url}: {self.h1 if self.is_html else self.headers.get('content-type')}>"

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")

    @cached_property
    def html(self) -> str:
        return self.body.decode("utf-8", "replace")

    @cached_property
    def root(self) -> Element:
        root = tinyhtml5.parse(self.html, namespace_html_elements=False)
        for element in root.iter():
            if isinstance(element.tag, str):  # drawings carry their namespace; comments carry a function
                element.tag = element.tag.rpartition("}")[2]
        for parent in list(root.iter()):
            for child in [c for c in parent if c.tag == "template"]:  # what a script may show later is not on the page
                parent.remove(child)
        return root

    @property
    def path(self) -> str:
        return self.url.partition("?")[0]

    @property
    def title(self) -> str:
        return next((words(e) for e in self.root.iter("title")), "")

    @property
    def h1(self) -> str:
        return next((words(e) for e in self.root.iter("h1")), "")

    @cached_property
    def text(self) -> str:
        """Everything a reader could read in the body, hidden parts included."""
        return next((words(e) for e in self.root.iter("body")), "")

    @property
    def main(self) -> str:
        return next((words(e) for e in self.root.iter("main")), self.text)

    @property
    def problems(self) -> list[str]:
        """The sentences of the error summary, of single fields, and of refusals."""
        found = [words(a) for e in self.root.iter("section") if has_class(e, "errors") for a in e.iter("li")]
        found += [words(e) for e in self.root.iter("span") if has_class(e, "wrong-text")]
        found += [words(e) for e in self.root.iter("div") if has_class(e, "note") and has_class(e, "stop")]
        return list(dict.fromkeys(found))

    def by_id(self, mark: str) -> Element | None:
        return next((e for e in self.root.iter() if e.get("id") == mark), None)

    def all(self, tag: str, cls: str = "") -> list[Element]:
        return [e for e in self.root.iter(tag) if not cls or has_class(e, cls)]

    @property
    def links(self) -> list[Pair]:
        """(words, address) of every link."""
        return [(words(e), e.get("href", "")) for e in self.root.iter("a") if e.get("href")]

    def link(self, asked: str) -> str:
        """The address of the link with these words, else of the first that contains them, else of the first whose address matches the pattern."""
        for fits in (lambda w, h: w == asked, lambda w, h: asked in w, lambda w, h: re.search(asked, h)):
            for said, address in self.links:
                if fits(said, address):
                    return address
        raise Amiss(f"{self.url} ({self.h1}): no link {asked!r}; there are {', '.join(f'{w!r} → {h}' for w, h in self.links)}")

    @cached_property
    def forms(self) -> list[Form]:
        return [Form(e, self) for e in self.root.iter("form")]

    def form(self, asked: str | None = None, holding: Iterable[str] = (), button: str | None = None) -> Form:
        """The form whose id or action is (or ends in, or contains) `asked`, that has the fields `holding` and the `button`; without `asked`
        the first of the main part that fits."""
        inside = {id(e) for main in self.root.iter("main") for e in main.iter("form")}
        order = sorted(self.forms, key=lambda f: (asked not in (f.element.get("id"), f.action), asked is not None and not f.action.endswith(asked), id(f.element) not in inside))
        fitting = [f for f in order if _fits(f, asked, holding, button)]
        if not fitting:
            there = "; ".join(f"{f.element.get('id') or '-'} {f.method} {f.action} [{', '.join(f.names)}] ({', '.join(words(b) for b in f.buttons)})" for f in self.forms)
            raise Amiss(f"{self.url} ({self.status}, {self.h1}): no form {asked or ''} with {list(holding)} {button or ''}; there are: {there or 'none'}")
        return fitting[0]


def _fits(form: Form, asked: str | None, holding: Iterable[str], button: str | None) -> bool:
    if asked is not None and asked != form.element.get("id") and asked not in form.action:
        return False
    try:
        for name in holding:
            form.name_of(name)
        if button is not None:
            form.button(button)
    except Amiss:
        return False
    return True


def has_class(element: Element, name: str) -> bool:
    return name in element.get("class", "").split()
