"""The shape of an answer: a title, its short answer, then paragraphs, points and steps. Values of settings and tables stand in {braces}."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Points:
    """Things beside each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """Things one after the other."""

    lines: tuple[str, ...]


Block = str | Points | Steps


@dataclass(frozen=True, slots=True)
class Text:
    """One answer in one language. `short` alone must already answer; `words` are further words people search by."""

    title: str
    short: str
    body: tuple[Block, ...] = ()
    words: str = ""

    @property
    def whole(self) -> str:
        lines = [self.short]
        for block in self.body:
            lines += [block] if isinstance(block, str) else block.lines
        return "\n".join(lines)


def points(*lines: str) -> Points:
    return Points(lines)


def steps(*lines: str) -> Steps:
    return Steps(lines)
