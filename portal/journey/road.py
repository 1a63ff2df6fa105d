"""The whole road through HTTP alone, as people in browsers would walk it: one case granted, one returned and corrected, one refused.

Nothing here knows the database or the domain's rows: it reads pages, fills in forms, uploads files, downloads papers, scans their codes.
"""

import io
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2

from portal.journey import samples
from portal.journey.browser import Amiss, Browser, words
from workflow.reading import scanner

Say = Callable[[str], None]


class Road:
    """`open_browser` gives a new visitor; `accounts` are the demonstration's; papers and pictures are written to `out`."""

    def __init__(self, open_browser: Callable[[], Browser], accounts: list[dict[str, Any]], out: Path, say: Say = print):
        self.open_browser, self.accounts, self.out, self.say = open_browser, accounts, out, say
        self.signed_in: dict[str, Browser] = {}
        self.steps = 0
        out.mkdir(parents=True, exist_ok=True)

    def walk(self) -> None:
        """Everything. Raises Amiss at the first step that is not as it should be."""
        giulia = self.granted(passport_no="YB0041728", surname="MORETTI", given_names="GIULIA ANNA", email="giulia@mail.example")
        self.returned_and_corrected(passport_no="C4471902", surname="NGUYEN", given_names="THI MAI ANH", nationality="VNM", email="mai.anh@mail.example")
        self.refused(passport_no="A09937715", surname="OKONKWO", given_names="CHIDI SAMUEL", nationality="NGA", email="chidi@mail.example")
        self.step(f"the whole road walked: {giulia} holds an electronic card with its work-permit page")

    def step(self, text: str) -> None:
        self.steps += 1
        self.say(f"{self.steps:3d}  {text}")

    def at(self, role: str) -> Browser:
        """The first demonstration person of that role, signed in once."""
        if role not in self.signed_in:
            row = next(a for a in self.accounts if a["role"] == role)
            self.signed_in[role] = self.open_browser().sign_in(row["sign_in"], row["password"], row["totp_secret"])
            self.step(f"{row['sign_in']} ({role}) signs in")
        return self.signed_in[role]

    # the three cases
    def granted(self, **basic: str) -> str:
        number = self.file(**basic)
        self.review(number, "pass_preliminary", role="acceptance")
        self.review(number, "accept", role="acceptance")
        self.review(number, "recommend", role="examiner", opinion="材料齐全，符合条件。", grounds="《外国人来华工作许可服务指南》")
        self.review(number, "grant", role="decider")
        papers = self.download(number)
        notice = next(path for path in papers if "TZ" in path.name)
        url = self.scan(notice)
        self.check(url)
        self.register(url, **basic)
        self.counter(number)
        self.residence(number)
        self.card()
        return f"{basic['surname']} {basic['given_names']}"

    def returned_and_corrected(self, **basic: str) -> None:
        number = self.file(**basic)
        officer = self.open_case(number, "acceptance")
        for target, text in (("answers:application.position", "职位与合同第 1 页不一致，请按合同填写。"), ("material:degree", "只上传了证书，缺少认证页，请合成一个文件。")):
            self._mark(officer, target, text)
        self.step("the officer marks two defects, on an answer and on a material")
        self.review(number, "return_all_at_once", role="acceptance")
        self.correct(number)
        self.review(number, "pass_preliminary", role="acceptance")
        self.review(number, "accept", role="acceptance")
        self.review(number, "recommend", role="examiner", opinion="补正后符合条件。", grounds="《外国人来华工作许可服务指南》")
        self.review(number, "grant", role="decider")
        self.download(number)

    def _mark(self, officer: Browser, target: str, text: str) -> None:
        """Choose “defect” beside the claim, on whichever of the case's pages it stands, then write what is wrong."""
        for link in dict.fromkeys(url for _, url in officer.page.links if "part=" in url):
            officer.get(link, expect=200)
            form = next((f for f in officer.page.forms if target in f.offered("defect")), None)
            if form is not None:
                officer.submit({"defect": target}, form=form, expect=200)
                officer.submit({"text": text}, form="/defects", expect=200)
                return
        raise Amiss(f"{officer.page.url}: nowhere can {target} be marked")

    def refused(self, **basic: str) -> None:
        number = self.file(**basic)
        self.review(number, "pass_preliminary", role="acceptance")
        self.review(number, "accept", role="acceptance")
        self.review(number, "recommend", role="examiner", opinion="学历与岗位要求不符。", grounds="《外国人在中国就业管理规定》")
        self.review(number, "refuse", role="decider", reason="提交的学历不能证明具备岗位所需的专业能力。")
        self.download(number)

    # the employer
    def file(self, **basic: str) -> str:
        """File 境外提交 from the door to the receipt. Returns the case number."""
        lin, answers = self.at("handler"), samples.sample_answers()
        answers["basic"] |= basic
        lin.get("/applications/new", expect=200)
        lin.submit(form="/applications/new", expect=200)
        base = lin.page.path.rsplit("/", 1)[0] if "/sections/" not in lin.page.path else lin.page.path.split("/sections/")[0]
        base = "/applications/" + next(part for part in base.split("/") if part.isdigit())
        for section in ("class_ground", "basic", "application", "education", "work", "family"):
            self._fill(lin, base, section, answers[section])
        self.step(f"{basic['surname']}: six pages of the form filled in")
        self._attach_all(lin, base)
        self._fill(lin, base, "contract", answers["contract"])
        lin.get(f"{base}/answers", expect=200)
        if lin.page.problems:
            raise Amiss(f"{base}/answers still says: {lin.page.problems}")
        lin.submit({"declared": True}, button="提交", expect=200)
        number = self._number(lin)
        self.step(f"{basic['surname']}: filed as {number}")
        return number

    def _fill(self, lin: Browser, base: str, section: str, values: Any) -> None:
        lin.get(f"{base}/sections/{section}", expect=200)
        if isinstance(values, dict):
            lin.submit({f"{section}-{k}": v for k, v in values.items() if f"{section}-{k}" in lin.page.form(f"/sections/{section}").names}, form=f"/sections/{section}", button="next", expect=200)
            return
        for index, row in enumerate(values):
            form = lin.page.form(f"/sections/{section}")
            if f"{section}-{index}-{next(iter(row))}" not in form.names:
                lin.submit(form=f"/sections/{section}", button="add", expect=200)
            more = index + 1 < len(values)
            lin.submit({f"{section}-{index}-{k}": v for k, v in row.items()}, form=f"/sections/{section}", button="add" if more else "next", expect=200)

    def _attach_all(self, lin: Browser, base: str) -> None:
        lin.get(f"{base}/attachments", expect=200)
        sent = 0
        for kind in ("application_form", "passport_page", "photo", "contract", "experience", "degree", "no_crime", "family_proof"):
            name, data = samples.sample_file(kind)
            media = "image/jpeg" if name.endswith("jpg") else "application/pdf"
            lin.submit(samples.sample_dates(kind), files={"file": (name, data, media)}, form=f"/attachments/{kind}", button="upload", expect=200)
            sent += 1
        lin.submit(form="/attachments/health", button="commit", expect=200)
        self.step(f"{sent} files uploaded and checked, the health commitment given")

    def _number(self, browser: Browser) -> str:
        found = re.search(r"\b\d{6}-\d{4}-\d{6}\b", browser.page.text)
        if not found:
            raise Amiss(f"{browser.page.url} names no case number")
        return found.group(0)

    def correct(self, number: str) -> None:
        lin = self.at("handler")
        self._open_mine(lin, number)
        lin.submit({"application-position": "镜头光学设计工程师"}, button="save", expect=200)
        lin.submit(files={"file": ("degree-with-apostille.pdf", samples.sample_pdf("degree with apostille", 2), "application/pdf")}, button="upload", expect=200)
        self.step(f"{number}: the handler corrects just the two told, a field and a file")
        lin.submit(button="resubmit", expect=200)
        self.step(f"{number}: corrected and filed again")

    def _open_mine(self, lin: Browser, number: str) -> None:
        for page in ("/applications/mine", "/applications/closed"):
            lin.get(page, expect=200)
            rows = [row for row in lin.page.all("tr") if number in "".join(row.itertext())]
            links = [str(a.get("href")) for row in rows for a in row.iter("a") if a.get("href")]
            if links:
                case = re.match(r"/applications/\d+", next((u for u in links if re.match(r"/applications/\d+", u)), ""))
                lin.get(case.group(0) if case else links[0], expect=200)
                return
        raise Amiss(f"{number} stands neither in 我的在办件 nor in 我的办结件")

    def download(self, number: str, series: set[str] | None = None) -> list[Path]:
        """The papers of the case, or those of these series (the pair of letters in their numbers)."""
        lin = self.at("handler")
        self._open_mine(lin, number)
        kept = []
        lines = [line for line in lin.page.all("li") if series is None or set(re.findall(r"-([A-Z]{2})-", words(line))) & series]
        for url in dict.fromkeys(str(a.get("href")) for line in lines for a in line.iter("a") if "/papers/" in a.get("href", "")):
            pdf = lin.get(url, expect=200)
            name = pdf.headers.get("content-disposition", "").split("filename=")[-1].strip('"; ') or url.rsplit("/", 1)[-1]
            if not pdf.body.startswith(b"%PDF"):
                raise Amiss(f"{url} is not a PDF")
            path = self.out / Path(name).name
            path.write_bytes(pdf.body)
            kept.append(path)
        if not kept:
            raise Amiss(f"{number} has no paper to download")
        self.step(f"{number}: {len(kept)} papers downloaded ({', '.join(p.name for p in kept)})")
        return kept

    # the authority
    def open_case(self, number: str, role: str) -> Browser:
        officer = self.at(role)
        officer.get(f"/review/find?q={number}", expect=200)
        rows = [row for row in officer.page.all("tr") if number in "".join(row.itertext())]
        links = [str(a.get("href")) for row in rows for a in row.iter("a") if a.get("href")]
        if not links:
            raise Amiss(f"{role} does not find {number}")
        officer.get(links[0], expect=200)
        return officer

    def review(self, number: str, trigger: str, *, role: str, **answers: str) -> None:
        officer = self.open_case(number, role)
        officer.submit(answers, form=f"/moves/{trigger}", expect=200)
        self.step(f"{number}: {role} → {trigger}")

    # the paper and the person
    def scan(self, notice: Path) -> str:
        """Render the printed notice and read its code as a camera would."""
        page = pypdfium2.PdfDocument(notice.read_bytes())[0]
        picture = io.BytesIO()
        page.render(scale=200 / 72).to_pil().save(picture, "PNG")
        (self.out / f"{notice.stem}.png").write_bytes(picture.getvalue())
        reading = scanner.read(picture.getvalue())
        if not reading.text or "/v/" not in reading.text:
            raise Amiss(f"the code on {notice.name} was not read: {reading}")
        self.step(f"code read from the rendered {notice.name} by {reading.by}")
        return reading.text

    def check(self, url: str) -> None:
        stranger = self.open_browser()
        stranger.get(url.split("#")[0], expect=200)
        if "真实" not in stranger.page.text:
            raise Amiss(f"the check page says: {stranger.page.main[:200]}")
        self.step(f"a stranger checks the paper: {stranger.page.h1}")

    def register(self, url: str, **basic: str) -> None:
        entrant = self.open_browser()
        entrant.get(url.split("#")[0], expect=200)
        self.entrant = entrant
        self._follow_to(entrant, "/register/")
        year, month, day = (basic.get("birth_date") or samples.sample_answers()["basic"]["birth_date"]).split("-")
        entrant.submit({"name": f"{basic['given_names']} {basic['surname'].title()}", "passport": basic["passport_no"], "born-year": year, "born-month": month, "born-day": day}, expect=200)
        code = self._code(basic["email"])
        entrant.submit({"code": code}, expect=200)
        chosen = f"Lenti{secrets.randbelow(10_000):04d}"
        entrant.submit({"password": chosen, "again": chosen}, expect=200)
        self.step("the entrant proves who she is, confirms the one-time code, sets a password and holds the card")

    def _follow_to(self, browser: Browser, part: str) -> None:
        link = next((u for _, u in browser.page.links if part in u), None)
        if link:
            browser.get(link, expect=200)
        else:
            browser.submit(form=part, expect=200)

    def _code(self, address: str) -> str:
        outbox = self.open_browser().get("/demonstration/outbox", expect=200)
        rows = [said for tag in ("tr", "li", "article") for e in outbox.root.iter(tag) if address in (said := " ".join(e.itertext()))]
        found = [m for said in rows for m in re.findall(r"(?<!\d)\d{6}(?!\d)", said)]
        if not found:
            raise Amiss(f"no code for {address} in the outbox")
        return found[0]

    def card(self) -> None:
        entrant = self.entrant
        entrant.get("/card", expect=200)
        if "工作许可信息查询页" not in entrant.page.text:
            entrant.submit(button="查询页", expect=200)
        if "工作许可信息查询页" not in entrant.page.text:
            raise Amiss("the card shows no work-permit page")
        self.step("the card shows the work-permit page 工作许可信息查询页")

    # the counter and the exit-entry office
    def counter(self, ref_or_number: str) -> None:
        """First one original is missing: not accepted, with the list. Then she comes again with everything: a receipt."""
        huang = self.at("window")
        huang.get("/window/", expect=200)
        huang.submit({"text": ref_or_number}, expect=200)
        self.step(f"{ref_or_number}: opened at the counter")
        entry = samples.entry_date()
        huang.submit({"entered_on": entry}, form="/entry", expect=200)
        self._see_originals(huang, missing="health")
        huang.submit(form="/moves/decline_originals", expect=200)
        self.step("the health certificate is missing: not accepted, the list goes with her")
        huang.get("/window/", expect=200)
        huang.submit({"text": ref_or_number}, expect=200)
        self._see_originals(huang)
        huang.submit(form="/moves/verify_originals", expect=200)
        self.step("she comes again with everything: originals complete, a receipt is issued")

    def _see_originals(self, huang: Browser, missing: str = "") -> None:
        actions = [f.action for f in huang.page.forms if "/originals/" in f.action]
        if not actions:
            raise Amiss(f"{huang.page.url} shows no list of originals")
        for action in actions:
            wanting = bool(missing) and action == actions[-1]
            huang.submit({"verdict": "missing" if wanting else "seen"}, form=action, raw={"note": "入境后尚未体检"} if wanting else {"note": ""}, expect=200)
        self.step(f"{len(actions)} originals looked at{', one missing' if missing else ', all seen'}")

    def residence(self, number: str) -> None:
        luo = self._residence_step(number)
        first, last = samples.residence_period()
        luo.submit({"residence_number": "SPECIMEN0417", "valid_from": first, "valid_to": last}, form="/moves/grant_residence", expect=200)
        self.step(f"{number}: the exit-entry officer sees the proof and records the residence permit")

    def _residence_step(self, number: str) -> Browser:
        """The exit-entry officer at the page of this case."""
        luo = self.at("exit_entry")
        luo.get(f"/residence/?q={number}", expect=200)
        rows = [row for row in luo.page.all("tr") if number in "".join(row.itertext())]
        links = [str(a.get("href")) for row in rows for a in row.iter("a") if a.get("href")]
        if not links:
            raise Amiss(f"the exit-entry office does not find {number}")
        luo.get(links[0], expect=200)
        return luo
