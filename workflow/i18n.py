"""Words outside a request: papers name fields in Chinese, and a message goes out in its reader's language.

Inside a request the doors translate with Flask-Babel; here the same catalogues are read directly. English is the message id itself.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workflow.engine import Said

CATALOGUES = Path(__file__).parent.parent / "translations"
DEFAULT = "zh_Hans_CN"
FROM_THE_RIGHT = frozenset({"ar"})


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [locale], fallback=True)


def say(msgid: str, values: Mapping[str, Any] | None = None, locale: str = DEFAULT) -> str:
    """The sentence in that language, its values filled in; those that are message ids are translated first."""
    words = catalogue(locale)
    filled = {k: words.gettext(v) if isinstance(v, Said) else v for k, v in (values or {}).items()}
    return words.gettext(msgid) % isolated(filled, locale) if filled else words.gettext(msgid)


def isolated(values: Mapping[str, Any], locale: str) -> Mapping[str, Any]:
    """For a language written from the right: each value inside FSI … PDI (Unicode UAX 9), or 440300-2026-000123 and 2027-01-15 would be read backwards.

    Plain digits need none, and stay as they are so that a code can be copied; an address stays an address.
    """
    if locale not in FROM_THE_RIGHT:
        return values
    return {name: value if str(value).isdigit() or str(value).startswith("http") else f"\u2068{value}\u2069" for name, value in values.items()}


def chinese(msgid: str) -> str:
    return catalogue(DEFAULT).gettext(msgid) if msgid else ""
