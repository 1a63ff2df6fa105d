"""What a handler sees while a file is looked at, and after; and the photograph that the entrant takes herself."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from portal.journey.samples import sample_answers, sample_passport, sample_pdf, sample_photo
from tests import factories
from tests.driving import browse, htmx
from tests.portal.filing import begin, case_of
from workflow import attaching, clock, desk, jobs, looking, offering, photo_links
from workflow.intake.findings import Rule, found
from workflow.intake.looks import Check, Look
from workflow.models import PhotoLink, db, writing

RULES = {"background.uneven": Rule("reject", "The background is uneven: %(measured)s of it differs. Stand away from the wall."), "pose.slight": Rule("warn", "The head leans by %(measured)s degrees.")}
FOUND = (found(RULES, "pose.slight", "6", 5), found(RULES, "background.uneven", "29.8%", "3.0%"))
MEASURES = {"width": 620, "height": 797, "faces": 1, "eyes_apart": 127, "pose": {"yaw": 1, "pitch": 0, "roll": 6.0}, "geometry": {"width": 0.42, "x": 0.5, "y": 0.41, "head": 0.55, "chin": 0.67, "top": 0.12}}
PNG = io.BytesIO()
Image.new("RGBA", (8, 8)).save(PNG, "PNG")
BASIC = sample_answers()["basic"] | {"passport_expires": "2033-06-18"}
PASSPORT = {
    "mrz": ["P<ITAMORETTI<<GIULIA<ANNA<<<<<<<<<<<<<<<<<<<", "YB00417287ITA9003141F3306183<<<<<<<<<<<<<<08"], "checks": dict.fromkeys(("number", "birth", "expiry", "personal", "composite"), True),
    "repaired": [], "turned": 0, "not_run": [], "fields": {"surname": "MORETTI", "given_names": "GIULIA ANNA", "passport_no": "YB0041728", "nationality": "ITA", "birth_date": "1990-03-14", "sex": "F", "passport_expires": "2033-06-18"},
}  # fmt: skip

CONTRACT = {"elements": {"parties": 1, "period": 1, "signature_page": 3}, "chinese": True, "fields": {"contract_from": "2027-01-01", "contract_to": "2028-12-31"}, "not_run": []}


@pytest.fixture(autouse=True)
def _known_looks(monkeypatch):
    photo = Check("1", lambda name, data: Look(FOUND, {"measures": MEASURES, "run": ["pose", "background", "eyes"], "not_run": []}, {"map": PNG.getvalue()}))
    passport = Check("1", lambda name, data: Look((), PASSPORT, {"crop": sample_photo()}))
    contract = Check("1", lambda name, data: Look((), CONTRACT))
    monkeypatch.setattr(looking, "CHECKS", {"photo": photo, "passport": passport, "contract": contract})


def _attached(case_id: int, who, kind: str, data: bytes) -> int:
    with factories.quick():
        return attaching.attach(case_id, kind, f"{kind}.jpg", data, by=who("lin")).material.id


def test_the_page_asks_until_the_look_is_done_and_then_no_more(sign_in, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    photo = _attached(case_id, who, "photo", sample_photo())
    page = lin.get(f"/applications/{case_id}/attachments", expect=200)
    address = f"/applications/{case_id}/materials/{photo}/look"
    assert f'hx-get="{address}" hx-trigger="every' in page.html
    assert lin.get(address, headers=htmx(f"look-{photo}")).status == 204
    jobs.work()
    page = lin.get(address, headers=htmx(f"look-{photo}"))
    assert page.status == 286
    assert "hx-trigger" not in page.html
    assert 'id="state-photo" hx-swap-oob' in page.html
    assert lin.get(address).path == f"/applications/{case_id}/attachments"


def test_where_no_worker_comes_the_page_has_it_done(sign_in, who, monkeypatch):
    lin = sign_in("lin")
    case_id = begin(lin)
    photo = _attached(case_id, who, "photo", sample_photo())
    later = clock.now() + timedelta(seconds=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert lin.get(f"/applications/{case_id}/materials/{photo}/look", headers=htmx(f"look-{photo}")).status == 286


def test_findings_carry_the_numbers_that_are_drawn_on_the_picture(sign_in, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    photo = _attached(case_id, who, "photo", sample_photo())
    jobs.work()
    page = lin.get(f"/applications/{case_id}/attachments", expect=200)
    drawn = page.html.partition('<svg class="measure"')[2].partition("</svg>")[0]
    assert re.findall(r"<text[^>]*>(\d)</text>", drawn) == ["1", "2"]
    assert 'transform="rotate(6.0 ' in drawn
    assert "style=" not in drawn
    assert page.main.index("29.8%") < page.main.index("leans by 6")
    picture = lin.get(f"/applications/{case_id}/materials/{photo}/map.img", expect=200)
    assert picture.headers["content-type"] == "image/png"
    assert lin.get(f"/applications/{case_id}/materials/{photo}/shown.img").status == 404
    assert sign_in("fu").get(f"/applications/{case_id}/materials/{photo}/map.img").status == 404


def test_a_file_that_still_waits_is_looked_at_before_it_is_filed(sign_in, who):
    lin = sign_in("lin")
    case = factories.draft_case(without=("photo",))
    _attached(case.id, who, "photo", sample_photo())
    lin.get(f"/applications/{case.id}/answers", expect=200)
    page = lin.submit({"declared": True}, form=f"/applications/{case.id}/answers")
    assert page.status == 409
    assert case_of(case.id).state == "draft"
    assert [f.code for f in case_of(case.id).refused_files] == ["background"]


def test_the_passport_fills_empty_fields_marks_them_and_shows_what_differs(sign_in, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    desk.keep(case_id, "basic", {"surname": "MORETTI", "passport_no": "YB0041729"}, by=who("lin"))
    _attached(case_id, who, "passport_page", sample_passport(BASIC))
    jobs.work()
    page = lin.get(f"/applications/{case_id}/sections/basic", expect=200)
    form = page.form("section-form")
    held = form.values()
    assert [held[f"basic-{name}"] for name in ("given_names", "passport_no", "passport_expires")] == [["GIULIA ANNA"], ["YB0041729"], ["2033-06-18"]]
    assert page.html.count('class="read"') == 6
    assert 'id="basic-passport_no-differs"' in page.html
    assert case_of(case_id).answers["basic"].get("given_names", "") == ""
    lin.submit(form=form, button="later")
    assert case_of(case_id).answers["basic"]["given_names"] == "GIULIA ANNA"


def test_before_and_after_stand_side_by_side_and_the_person_chooses(sign_in, who, monkeypatch):
    monkeypatch.setattr(offering, "better_photo", lambda data, crop, whiten: sample_photo("#5b3a4a") if crop else None)
    monkeypatch.setattr(offering.looks, "photo", lambda name, data: Look(FOUND[:1], {"measures": MEASURES}))
    lin = sign_in("lin")
    case_id = begin(lin)
    photo = _attached(case_id, who, "photo", sample_photo())
    jobs.work()
    place = f"/applications/{case_id}/materials/{photo}/better"
    lin.get(place, expect=200)
    assert lin.submit({"crop": False, "whiten": True}, button="make").status == 409
    lin.get(place, expect=200)
    page = lin.submit(button="make", expect=200)
    assert page.html.count("<figure><img") == 2
    lin.submit(button="take", expect=200)
    live = [m for m in case_of(case_id).live_materials if m.kind == "photo"]
    assert [m.id for m in live] != [photo]
    assert len(live) == 1


def test_an_officer_sees_the_same_findings_drawn_and_what_the_passport_reads(sign_in, monkeypatch):
    monkeypatch.setattr(looking, "CHECKS", looking.CHECKS | {"photo": Check("1", lambda name, data: Look(FOUND[:1], {"measures": MEASURES, "run": ["pose"], "not_run": []}))})
    case = factories.draft_case(passport_no="YB0041729", passport_expires="2033-06-18")
    jobs.work()
    desk.act(case.id, "submit", by=factories.person("lin"), seen=None)
    photo = next(m for m in case_of(case.id).live_materials if m.kind == "photo")
    zhou = sign_in("zhou")
    page = zhou.get(f"/review/{case.id}?part=basic&file={photo.id}", expect=200)
    assert '<svg class="measure"' in page.html
    assert page.html.count('class="read differs"') == 1
    assert page.html.count('class="read unproven"') == 4
    page = zhou.get(f"/review/{case.id}?part=materials", expect=200)
    assert "YB0041728" in page.main
    assert zhou.get(f"/review/{case.id}/files/{photo.id}/preview.img", expect=200).headers["content-type"] == "image/jpeg"


def _secret(browser, case_id: int) -> str:
    browser.get(f"/applications/{case_id}/photo-link", expect=200)
    page = browser.submit(button="make", expect=200)
    return re.search(r"/photo/([A-Za-z0-9_-]+)", page.main)[1]


def test_the_entrant_takes_her_photograph_and_it_lands_on_the_draft(app, sign_in, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    secret = _secret(lin, case_id)
    assert secret not in str([vars(link) for link in db.session.query(PhotoLink)])
    phone = browse(app)
    page = phone.get(f"/photo/{secret}?lang=vi", expect=200)
    assert 'capture="user"' in page.html
    assert page.headers["permissions-policy"].startswith("camera=(self)")
    page = phone.submit(form="portrait", files={"picture": ("IMG_1.jpg", sample_photo(), "image/jpeg")})
    assert page.status == 200
    assert "Đứng cách bức tường trắng" in page.main
    (photo,) = [m for m in case_of(case_id).live_materials if m.kind == "photo"]
    assert [f.code for f in case_of(case_id).findings if f.material_id == photo.id] == ["pose", "background"]


def test_a_large_picture_of_a_telephone_is_made_smaller_and_what_is_none_is_refused(app, who):
    case_id = desk.start("new_overseas", by=who("lin")).id
    _, secret = photo_links.make(case_id, by=who("lin"))
    picture = Image.effect_noise((1500, 2000), 80).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    assert len(out.getvalue()) > 1024**2
    done = photo_links.take(secret, out.getvalue())
    assert done.material.stored.size < 1024**2
    assert photo_links.take(secret, b"MZ no picture").material is None


def test_a_link_ends_by_time_by_use_and_when_it_is_taken_back(app, sign_in, who, monkeypatch):
    lin = sign_in("lin")
    case_id = begin(lin)
    first, second = _secret(lin, case_id), _secret(lin, case_id)
    phone = browse(app)
    assert phone.get(f"/photo/{first}").status == 404
    assert phone.get(f"/photo/{second}").status == 200
    with writing() as session:
        session.query(PhotoLink).filter(PhotoLink.revoked_at.is_(None)).update({"used": photo_links.MOST})
    assert phone.get(f"/photo/{second}").status == 404
    third = _secret(lin, case_id)
    later = clock.now() + photo_links.LIFE
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert photo_links.of_secret(third) is None
    assert photo_links.of_secret(third) is not None
    lin.get(f"/applications/{case_id}/photo-link")
    lin.submit(button="revoke", expect=200)
    assert phone.get(f"/photo/{third}").status == 404
    unknown = [phone.get(f"/photo/{'x' * 27}").status for _ in range(3)]
    assert unknown == [404] * 3


def test_a_filed_case_takes_no_photograph_by_link(app, who):
    case = factories.draft_case()
    _, secret = photo_links.make(case.id, by=who("lin"))
    with factories.quick():
        desk.act(case.id, "submit", by=who("lin"), seen=None)
    assert photo_links.of_secret(secret) is None


def test_the_contract_fills_its_pages_until_they_are_saved_and_dates_that_differ_are_said(sign_in, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    with factories.quick():
        attaching.attach(case_id, "contract", "contract.pdf", sample_pdf("contract", 3), by=who("lin"))
    jobs.work()
    page = lin.get(f"/applications/{case_id}/attachments", expect=200)
    assert "由系统从合同文字中识别" in page.main
    form = page.form("/sections/contract")
    assert {name: form.values()[f"contract-{name}"] for name in ("parties", "signature_page", "pay")} == {"parties": ["1"], "signature_page": ["3"], "pay": [""]}
    assert case_of(case_id).answers.get("contract") is None, "nothing is stored before the handler has confirmed it"
    desk.keep(case_id, "application", {"contract_from": "2027-01-02", "contract_to": "2028-12-31"}, by=who("lin"))
    assert "2027-01-01 – 2028-12-31" in lin.get(f"/applications/{case_id}/attachments").main
    desk.keep(case_id, "contract", {"parties": "2"}, by=who("lin"))
    assert "由系统从合同文字中识别" not in lin.get(f"/applications/{case_id}/attachments").main
