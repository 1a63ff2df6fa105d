"""Foreign papers: how they were authenticated, and whether their translation is there. Pure; what the handler says beside the upload.

Sources: domain.md 1.6 c (authentication by a Chinese mission, by the issuing country's mission in China, or by the Chinese credential body; an apostille
for members of the Convention; Chinese papers need none), d (no-crime certificate likewise), General (everything not in Chinese but the passport needs
a translation with the employer's seal). Which materials ask stands in the table of materials: `authenticated`, `translated`, `months`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from workflow.engine import N_
from workflow.fields import Problem, problem
from workflow.materials import MATERIALS

APOSTILLE_FROM = date(2023, 11, 7)  # entry into force of the Apostille Convention for China
# fmt: off
AUTHENTICATIONS = {
    "consular":   N_("Authenticated by a Chinese embassy or consulate"),
    "mission":    N_("Authenticated by the issuing country's embassy or consulate in China"),
    "apostille":  N_("Apostille"),
    "credential": N_("Certificate of the Chinese credential body (留学服务中心)"),
    "chinese":    N_("Chinese paper: none needed"),
    "none":       N_("Not authenticated yet"),
}
TRANSLATIONS = {
    "attached": N_("Translation attached, with the employer's seal"),
    "chinese":  N_("The paper is in Chinese"),
    "none":     N_("No translation yet"),
}
ONLY_DEGREE = ("credential",)  # bodies that authenticate certificates of education only
# fmt: on


class Paper(Protocol):
    kind: str
    committed: bool
    issued_on: date | None
    authentication: str
    translation: str


def problems(papers: Iterable[Paper], today: date) -> list[Problem]:
    """What was said that cannot be filed as it is. What was not said is left to the officer, who sees that it was not."""
    found = []
    for each in papers:
        if not each.committed:
            found += list(_authentication(each, today)) + list(_translation(each))
    return list({(p.target, p.msgid): p for p in found}.values())


def _authentication(paper: Paper, today: date) -> Iterable[Problem]:
    material, said = MATERIALS[paper.kind], paper.authentication
    target = f"material.{paper.kind}"
    if not material.authenticated or not said:
        return
    if said not in AUTHENTICATIONS:
        yield problem(target, N_("%(label)s: choose how it was authenticated from the list."), label=material.label)
    elif said == "none":
        yield problem(target, N_("%(label)s: a foreign paper must be authenticated by a Chinese embassy or consulate, or carry an apostille. Have it authenticated, then upload it again."), label=material.label)
    elif said in ONLY_DEGREE and paper.kind != "degree":
        yield problem(target, N_("%(label)s: the credential body authenticates degrees only. It needs consular authentication or an apostille."), label=material.label)
    elif said == "apostille" and today < APOSTILLE_FROM:
        yield problem(target, N_("%(label)s: China takes apostilles from %(limit)s on. Until then consular authentication is needed."), label=material.label, limit=APOSTILLE_FROM.isoformat())
    elif said == "chinese" and paper.translation == "attached":
        yield problem(target, N_("%(label)s: it is said to be a Chinese paper and to have a translation. Correct whichever is wrong."), label=material.label)


def _translation(paper: Paper) -> Iterable[Problem]:
    material, said = MATERIALS[paper.kind], paper.translation
    target = f"material.{paper.kind}"
    if not material.translated or not said:
        return
    if said not in TRANSLATIONS:
        yield problem(target, N_("%(label)s: choose from the list whether its translation is there."), label=material.label)
    elif said == "none":
        yield problem(target, N_("%(label)s: what is not in Chinese needs a translation with the employer's seal. Scan it into the same file, or upload it beside."), label=material.label)


def unsaid(papers: Iterable[Paper]) -> list[str]:
    """Kinds of which the file is there and authentication or translation was not told."""
    kinds = [m.kind for m in papers if not m.committed and ((MATERIALS[m.kind].authenticated and not m.authentication) or (MATERIALS[m.kind].translated and not m.translation))]
    return list(dict.fromkeys(kinds))
