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


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [locale], fallback=True)


def say(msgid: str, values: Mapping[str, Any] | None = None, locale: str = DEFAULT) -> str:
    """The sentence in that language, its values filled in; those that are message ids are translated first."""
    words = catalogue(locale)
    filled = {k: words.gettext(v) if isinstance(v, Said) else v for k, v in (values or {}).items()}
    return words.gettext(msgid) % filled if filled else words.gettext(msgid)


def chinese(msgid: str) -> str:
    return catalogue(DEFAULT).gettext(msgid) if msgid else ""
