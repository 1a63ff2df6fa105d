"""The short way to a style that nobody has set: WeasyPrint asks every element for some seventy properties and works each out from the beginning,
a seventh of a paper's time. Most are the initial value or the parent's, and are so here at once; whatever a sheet says anything about goes the long way.

Takes the place of a class inside WeasyPrint that is not published: the version is pinned, and a test compares every value with the long way's.
"""

from typing import Any

import weasyprint.css as inside
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

_LONG_WAY = {"page", "position", "float", "display", "direction"}
_SIMPLE = {
    key for key, value in INITIAL_VALUES.items()
    if key not in _LONG_WAY and not key.startswith(("__", "text_decoration_")) and not check_math(value) and value not in ("initial", "inherit")
}  # fmt: skip
_INITIAL = {key: INITIAL_VALUES[key] for key in _SIMPLE if key not in INHERITED and key not in INITIAL_NOT_COMPUTED}
_PARENTS = {key for key in _SIMPLE if key in INHERITED}
# margin-inline-start and its like may speak for margin-left: an element of which a sheet says one goes the long way for all of these
_LOGICAL = {function(block="ttb", inline=inline) for function in PHYSICAL_FUNCTIONS.values() for inline in ("ltr", "rtl")}
_NO_BORDER = {f"border_{side}_width": f"border_{side}_style" for side in ("top", "right", "bottom", "left")}
assert all(key in COMPUTER_FUNCTIONS and INITIAL_VALUES[style] == "none" for key, style in _NO_BORDER.items())

Long = inside.ComputedStyle


class Short(Long):  # type: ignore[misc, valid-type]
    """A computed style, as WeasyPrint's own."""

    _logical: bool | None = None

    def __missing__(self, key: str) -> Any:
        said = self.cascaded
        if key not in said:
            if key in PHYSICAL_FUNCTIONS:
                if self._logical is None:
                    self._logical = not _LOGICAL.isdisjoint(said)
                if self._logical:
                    return super().__missing__(key)
            if key in _INITIAL:
                value = self[key] = _INITIAL[key]
                return value
            if key in _PARENTS and self.parent_style is not None:
                value = self[key] = self.parent_style[key]
                return value
            if key in _NO_BORDER and _NO_BORDER[key] not in said:
                self[key] = 0
                return 0
        return super().__missing__(key)


inside.ComputedStyle = Short
