"""What a check says: one Finding per thing that is wrong, with what was measured and what is allowed.

A sentence is an English message id with `%(name)s` places; the door translates it and fills `values`.
`measured` and `limit` are language-neutral ("1.2 MB", "300 × 400 px"), so that they can stand in a table too.
This file imports the standard library only: the sandboxed child loads it beside hostile data.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Level = Literal["reject", "review", "warn"]
SAID = ("element",)  # values that are message ids themselves
LEVELS: tuple[Level, ...] = ("reject", "review", "warn")  # gravest first


def N_(message: str) -> str:
    """Mark a message id for extraction. (workflow.engine has the same; it would load the engine in the child.)"""
    return message


@dataclass(frozen=True)
class Finding:
    """`target` is the field or material meant; checks that know neither leave "" and the caller aims it."""

    code: str
    level: Level
    target: str
    msgid: str
    values: dict[str, Any] = field(default_factory=dict)
    measured: str = ""
    limit: str = ""

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of `translate` (a door passes gettext)."""
        said = {key: translate(value) if key in SAID else value for key, value in self.values.items()}
        return translate(self.msgid) % said

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Finding":
        """The way back from JSON. Raises KeyError, TypeError or ValueError on anything malformed."""
        if raw["level"] not in LEVELS:
            raise ValueError(raw["level"])
        texts = {name: str(raw.get(name, "")) for name in ("code", "target", "msgid", "measured", "limit")}
        return cls(level=raw["level"], values=dict(raw["values"]), **texts)


@dataclass(frozen=True)
class Rule:
    """A row of a table of refusals: how grave, and the sentence."""

    level: Level
    msgid: str


def found(
    rules: Mapping[str, Rule], code: str, measured: object = "", limit: object = "", target: str = "", **values: Any
) -> Finding:
    """Build the finding `code` of a table; `%(measured)s` and `%(limit)s` are always fillable. Several sentences of one
    code are told apart by what follows a dot ("pose.yaw" is a finding "pose")."""
    rule = rules[code]
    texts = {"measured": str(measured), "limit": str(limit)}
    return Finding(code.partition(".")[0], rule.level, target, rule.msgid, {**values, **texts}, **texts)


def aimed(findings: Iterable[Finding], target: str) -> list[Finding]:
    """The same findings, pointed at a field or material."""
    return [replace(each, target=target) for each in findings]


def verdict(findings: Iterable[Finding]) -> Literal["accept", "review", "reject"]:
    """`warn` is shown but holds nothing up."""
    levels = {each.level for each in findings}
    return "reject" if "reject" in levels else "review" if "review" in levels else "accept"


def size_text(count: int) -> str:
    """Bytes for people: 0 B, 834 B, 1.2 MB; exact below one kilobyte."""
    for unit, step in (("MB", 1024 * 1024), ("KB", 1024)):
        if count >= step:
            return f"{count / step:.2f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{count} B"
