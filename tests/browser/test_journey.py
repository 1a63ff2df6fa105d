"""The road in a real browser, with scripts and without: filed, returned, corrected, granted, registered, seen at the window."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.journey import samples
from tests.browser.conftest import House
from tests.browser.eyes import listen
from tests.browser.test_axe import code_sent, notice_ref

BASIC = {"surname": "MORETTI", "given_names": "GIULIA ANNA", "passport_no": "YB0041728", "email": "giulia@mail.example"}
LOADED = "domcontentloaded"  # scripts are deferred, so they have run; "load" would wait for the browser's own viewer of PDF files
NEXT = "button[name=do][value=next]:visible:not(.visually-hidden)"


class Hand:
    """One person's window. `press` waits for whatever the button does: a swap where htmx sends the form, else the next page."""

    def __init__(self, house: House, who: str, script: bool):
        self.script = script
        self.page: Page = house.enter(who, script).new_page()
        self.heard = listen(self.page)

    def open(self, where: str) -> "Hand":
        self.page.goto(where, wait_until=LOADED)
        return self

    def press(self, button: str | Locator) -> None:
        found = self.page.locator(button).first if isinstance(button, str) else button
        form = found.locator("xpath=ancestor::form[1]")
        sends = form.get_attribute("hx-post") if self.script and form.count() else None
        triggers = (form.get_attribute("hx-trigger") or "submit") if sends else ""
        if sends and "submit" in triggers:
            with self.page.expect_response(lambda r: r.request.method == "POST"):
                found.click()
            self.settled()
        else:
            self.leave(found)

    def leave(self, found: Locator) -> None:
        """Press, and wait until this document has given way to another: a navigation to the same address with an anchor counts as well."""
        self.page.evaluate("document.documentElement.classList.add('left')")
        found.click()
        expect(self.page.locator("html.left")).to_have_count(0)
        self.page.wait_for_load_state(LOADED)

    def settled(self) -> None:
        self.page.wait_for_load_state(LOADED)
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def type(self, name: str, value: Any) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        if field.count() == 0:
            return
        kind = field.first.get_attribute("type") or field.first.evaluate("e => e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "select":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def done(self) -> None:
        assert self.heard == []
        self.page.wait_for_load_state("load")
        self.page.close()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_the_road_in_a_browser(build: Callable[[bool], House], script: bool) -> None:
    house = build(False)
    number = file(house, script)
    send_back(house, script, number)
    correct(house, script, number)
    for who, trigger, answers in (("zhou", "pass_preliminary", {}), ("zhou", "accept", {}), ("qin", "recommend", {"opinion": "补正后符合条件。", "grounds": "《服务指南》"}), ("wei", "grant", {})):
        pull(house, script, who, number, trigger, answers)
    register(house, script)
    verify(house, script, number)


def file(house: House, script: bool) -> str:
    lin, answers = Hand(house, "lin", script), samples.sample_answers(basic=BASIC)
    page = lin.open("/applications/new").page
    lin.press(page.locator("main form[action='/applications/new'] button").first)
    base = "/applications/" + re.findall(r"/applications/(\d+)", page.url)[0]
    for section in ("class_ground", "basic", "application", "education", "work", "family"):
        expect(page).to_have_url(re.compile(f"/sections/{section}"))
        held = answers[section]
        for number, row in enumerate(held if isinstance(held, list) else [held]):
            stem = f"{section}-{number}-" if isinstance(held, list) else f"{section}-"
            if isinstance(held, list) and page.locator(f'[name="{stem}{next(iter(row))}"]').count() == 0:
                lin.press("button[name=do][value=add]")
            for name, value in row.items():
                lin.type(stem + name, value)
        if script and section == "class_ground":  # left alone for a moment the page keeps itself
            expect(page.locator("#autosave time")).to_be_visible()
        lin.press(NEXT)
    expect(page).to_have_url(re.compile("/attachments"))
    for kind in ("application_form", "passport_page", "photo", "contract", "experience", "degree", "no_crime", "family_proof"):
        name, data = samples.sample_file(kind)
        form = page.locator(f"#upload-{kind}")
        form.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/jpeg" if name.endswith("jpg") else "application/pdf", "buffer": data})
        for label, value in samples.sample_dates(kind).items():
            form.locator(f"[name={label}]").fill(value)
        lin.press(form.locator("button[value=upload]"))
        expect(page.locator(f"#material-{kind} .files a").first).to_be_visible()
    lin.press(page.locator("#upload-health button[value=commit]"))
    for name, value in answers["contract"].items():
        lin.type(f"contract-{name}", value)
    lin.press(page.locator("form:has(#contract) button[value=next]"))
    lin.open(f"{base}/answers")
    page.locator("[name=declared]").check()
    lin.press(page.locator("form:has([name=declared]) button.btn-primary"))
    expect(page.locator("main")).to_contain_text("预审")
    number = re.findall(r"\b\d{6}-\d{4}-\d{6}\b", page.locator("main").inner_text())[0]
    lin.done()
    return str(number)


def find(house: House, script: bool, who: str, number: str) -> Hand:
    officer = Hand(house, who, script)
    officer.open(f"/review/find?q={number}").page.locator("main table a").first.click()
    expect(officer.page).to_have_url(re.compile(r"/review/\d+"))
    return officer


def send_back(house: House, script: bool, number: str) -> None:
    zhou = find(house, script, "zhou", number)
    page = zhou.page
    for part, target, text in (("application", "answers:application.position", "职位与合同第 1 页不一致，请按合同填写。"), ("materials", "material:degree", "只上传了证书，缺少认证页。")):
        zhou.open(page.url.split("?")[0].split("#")[0] + f"?part={part}")
        page.locator(f'label:has(input[name=defect][value="{target}"])').click()
        if not script:
            zhou.press(page.locator(f'form:has(input[value="{target}"]) button'))
        page.locator("#defect-text").fill(text)
        zhou.press(page.locator("#defect-form button.btn-primary"))
        expect(page.locator("main")).to_contain_text(text[:8])
    zhou.done()
    pull(house, script, "zhou", number, "return_all_at_once", {})


def pull(house: House, script: bool, who: str, number: str, trigger: str, answers: dict[str, str]) -> None:
    officer = find(house, script, who, number)
    form = officer.page.locator(f"#moves-{trigger}")
    if answers:
        form.locator("summary").click()
        for name, value in answers.items():
            form.locator(f"[name={name}]").fill(value)
    officer.leave(form.locator("button[name=trigger]"))
    expect(officer.page.locator("main [role=status]").first).to_contain_text(number)
    officer.done()


def correct(house: House, script: bool, number: str) -> None:
    lin = Hand(house, "lin", script)
    page = lin.open("/applications/mine").page
    page.locator("main tr", has_text=number).locator("a").first.click()
    page.locator("[name=application-position]").fill("镜头光学设计工程师")
    lin.press(page.locator("form:has([name=application-position]) button[value=save]"))
    form = page.locator("#upload-degree")
    if not form.is_visible():
        page.locator("#defect-2 details summary").click()
    form.locator("input[type=file]").set_input_files({"name": "degree.pdf", "mimeType": "application/pdf", "buffer": samples.sample_pdf("degree with apostille", 2)})
    lin.press(form.locator("button[value=upload]"))
    expect(page.locator("#moves-resubmit button[name=trigger]")).not_to_have_attribute("aria-disabled", "true")
    lin.leave(page.locator("#moves-resubmit button[name=trigger]"))
    expect(page.locator("main")).to_contain_text("预审")
    lin.done()


def register(house: House, script: bool) -> None:
    giulia = Hand(house, "", script)
    page = giulia.open(f"/v/{notice_ref(house)}").page
    expect(page.locator("h1")).to_contain_text("真实")
    giulia.leave(page.locator("a[href^='/register/']"))
    for name, value in (("name", "Giulia Anna Moretti"), ("passport", "YB0041728"), ("born-year", "1990"), ("born-month", "3"), ("born-day", "14")):
        giulia.type(name, value)
    giulia.press("main form .btn-primary")
    page.locator("[name=code]").fill(code_sent(house))
    giulia.press("main form .btn-primary")
    for name in ("password", "again"):
        page.locator(f"[name={name}]").fill("Torino-1990")
    giulia.press("main form .btn-primary")
    expect(page.locator("main")).to_contain_text("已注册成功")
    giulia.leave(page.locator("main").get_by_text("查询页").first)
    expect(page.locator("body")).to_contain_text("工作许可信息查询页")
    giulia.done()


def verify(house: House, script: bool, number: str) -> None:
    huang = Hand(house, "huang", script)
    page = huang.open("/window/").page
    page.locator("[name=text]").fill(number)
    huang.press(page.locator("form:has([name=text]) button[type=submit]").first)
    page.locator("[name=entered_on]").fill(samples.entry_date())
    huang.press(page.locator("form:has([name=entered_on]) button").last)
    for line in page.locator("li.original").all():
        seen = line.locator("label:has(input[value=seen])")
        if script:
            with page.expect_response(lambda r: r.request.method == "POST"):
                seen.click()
            huang.settled()
        else:
            seen.click()
            huang.press(line.locator("button"))
    huang.leave(page.locator("#moves-verify_originals button[name=trigger]"))
    expect(page.locator("main")).to_contain_text("核验")
    huang.done()
