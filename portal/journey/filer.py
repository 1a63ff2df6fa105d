"""Filing any service as its pages ask: every answer that a page has a field for, every material it says is due. Nothing here knows the services' rows."""

import re
from datetime import timedelta
from typing import Any

from portal.journey import samples
from portal.journey.browser import Amiss, Browser, Form, words
from portal.journey.page import has_class
from portal.journey.road import Road
from workflow import clock

APPROVED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("pass_preliminary", "acceptance", {}),
    ("accept", "acceptance", {}),
    ("recommend", "examiner", {"opinion": "材料齐全，符合条件。", "grounds": "《外国人来华工作许可服务指南》"}),
    ("grant", "decider", {}),
)


def on(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


class Filer(Road):
    """A road whose handler files whatever the menu offers."""

    def begin(self, menu: str, service: str, whose: str = "", *, joint: bool = False) -> str:
        """Open a draft from the first page of the service, about the permit of `whose` if the page lists permits. Returns the filing's address."""
        lin = self.at("handler")
        lin.get(f"/applications/new/{menu}" + (f"?q={whose.partition(' ')[0]}" if whose else ""), expect=200)
        lin.submit({"joint": True} if joint else {}, form=self._door(lin, service, whose), expect=200)
        found = re.match(r"/applications/\d+", lin.page.path)
        if not found:
            raise Amiss(f"{menu}/{service} leads to {lin.page.url}: {lin.page.problems}")
        return found.group(0)

    def _door(self, lin: Browser, service: str, whose: str) -> Form:
        for form in lin.page.forms:
            if form.hidden.get("service") == service and (not whose or whose in words(form.element)) and bool(whose) == ("subject" in form.hidden):
                return form
        raise Amiss(f"{lin.page.url} offers no {service} {whose}: {lin.page.main[:400]}")

    def turned_away(self, menu: str, whose: str, *, why: str, instead: str) -> None:
        """The first page names the condition that does not hold for this person, and where to go."""
        lin = self.at("handler")
        lin.get(f"/applications/new/{menu}?q={whose.partition(' ')[0]}", expect=200)
        said = next((words(e) for e in lin.page.all("li") if e.get("id", "").startswith("permit-") and whose in words(e)), "")
        if why not in said or instead not in said or any(whose in words(f.element) and "subject" in f.hidden for f in lin.page.forms):
            raise Amiss(f"{menu}: {whose} is not turned away with “{why} … {instead}” but: {said or lin.page.main[:300]}")
        self.step(f"{menu}: {whose} is turned away, with the reason and where to go")

    def answer(self, base: str, answers: dict[str, Any]) -> list[str]:
        """Page by page, as the pages ask. Returns the titles of the pages."""
        lin, titles = self.at("handler"), list[str]()
        for _ in range(12):
            if "/sections/" not in lin.page.path:
                break
            titles.append(lin.page.h1)
            form = lin.page.form("/sections/")
            repeated = next((code for code, held in answers.items() if isinstance(held, list) and lin.page.path.endswith(f"/{code}")), "")
            if repeated:
                self._fill(lin, base, repeated, answers[repeated] or {})
            else:
                asked = {n: held[key] for n in form.names if "-" in n and isinstance(held := answers.get(n.partition("-")[0]), dict) and (key := n.partition("-")[2]) in held}
                lin.submit(asked, form=form, button="next", expect=200)
        if not lin.page.path.endswith("/attachments"):
            raise Amiss(f"{base}: the form ends at {lin.page.url}: {lin.page.problems}")
        return titles

    def due(self, base: str) -> list[str]:
        """The kinds of material that the attachments page says are due."""
        lin = self.at("handler")
        lin.get(f"{base}/attachments", expect=200)
        sheets = [e for e in lin.page.all("section") if e.get("id", "").startswith("material-")]
        return [e.get("id", "").removeprefix("material-") for e in sheets if not any(has_class(x, "optional") for x in e.iter("span"))]

    def attach(self, base: str, answers: dict[str, Any]) -> list[str]:
        """Upload what is due, and say where each element of the contract stands if that is asked. Returns the kinds."""
        lin, kinds = self.at("handler"), self.due(base)
        for kind in kinds:
            name, data = samples.sample_file(kind)
            media = "image/jpeg" if name.endswith("jpg") else "application/pdf"
            lin.submit(samples.sample_dates(kind), files={"file": (name, data, media)}, form=f"/attachments/{kind}", button="upload", expect=200)
        if any(f.action.endswith("/sections/contract") for f in lin.page.forms):
            lin.submit({f"contract-{k}": v for k, v in answers["contract"].items()}, form="/sections/contract", button="next", expect=200)
        return kinds

    def send(self, base: str) -> str:
        """Declare and submit. Returns the case number."""
        lin = self.at("handler")
        lin.get(f"{base}/answers", expect=200)
        if lin.page.problems:
            raise Amiss(f"{base}/answers still says: {lin.page.problems}")
        lin.submit({"declared": True}, button="提交", expect=200)
        return self._number(lin)

    def filed(self, menu: str, service: str, answers: dict[str, Any], whose: str = "", *, joint: bool = False) -> str:
        """From the first page to the receipt. Returns the case number."""
        base = self.begin(menu, service, whose, joint=joint)
        titles = self.answer(base, answers)
        kinds = self.attach(base, answers)
        number = self.send(base)
        self.step(f"{number}: {service}{' 并联' if joint else ''} filed for {whose or answers['basic']['surname']}; {len(titles)} pages, {len(kinds)} materials")
        return number

    def approve(self, number: str) -> None:
        for trigger, role, answers in APPROVED:
            self.review(number, trigger, role=role, **answers)
