"""The bar of moves, from the table of a life: what is open to the viewer, with counts and the sentences of what is unmet."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from flask_login import current_user

from workflow import words
from workflow.engine import Workflow

ONLY_WHEN_OPEN = ("see_originals",)  # of no interest where the authority sees the originals at another time


def bar(lifecycle: Workflow, subject: Any, address: Callable[[str], str], counts: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """As templates/components/actions.html draws it. `address` gives the place to post a trigger to; `counts` what a button will tell."""
    shown = []
    for move, unmet in lifecycle.open_to(subject, current_user):
        if unmet and move.trigger in ONLY_WHEN_OPEN:
            continue
        label, icon, kind = words.LEVERS[move.trigger]
        said, count = gettext(label), (counts or {}).get(move.trigger)
        shown.append({
            "trigger": move.trigger, "label": gettext("%(label)s (%(num)s)", label=said, num=count) if count else said, "icon": icon, "kind": kind,
            "unmet": [gettext(guard.otherwise) for guard in unmet], "asks": move.asks, "form_url": address(move.trigger),
        })  # fmt: skip
    return shown
