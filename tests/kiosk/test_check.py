"""The public check: every outcome in its own words, and nothing beyond what the paper prints."""

import io
import json

import cbor2
import pytest
from qrcode.main import QRCode
from sqlalchemy.exc import OperationalError

from tests.factories import granted_case
from tests.kiosk.conftest import notice_of
from workflow import clock, issuing, permit, worth
from workflow.documents import credential, links, refs
from workflow.models import PaperRow, db, writing
from workflow.notice import NoticeState
from workflow.permit import PermitState


def test_a_genuine_notice_shows_what_it_prints_and_the_next_step(visitor, notice):
    visitor.open(f"/v/{notice.ref}")
    assert visitor.status == 200
    for words in ("真实，有效", "Genuine and in force", "MORETTI GIULIA ANNA", "1728", "深圳市云岭精密仪器有限公司", notice.valid_until.isoformat()):
        assert words in visitor.page
    assert f"/register/{notice.ref}" in visitor.page


def test_a_stranger_learns_no_more_than_the_paper_prints(visitor, notice):
    visitor.open(f"/v/{notice.ref}")
    for secret in ("YB0041728", "1990", "giulia.moretti", "320 555", "32000", "@"):
        assert secret not in visitor.page


@pytest.mark.parametrize("typed", [lambda r: r.lower(), refs.pretty_ref, lambda r: f" {r[:4]}-{r[4:8]}-{r[8:]} "])
def test_the_typed_code_is_read_as_people_type_it(visitor, notice, typed):
    visitor.open("/v").send("/v", code=typed(notice.ref))
    assert visitor.path == f"/v/{notice.ref}"
    assert "真实，有效" in visitor.page


def test_past_three_months_says_whether_the_permit_is_in_force(visitor, notice, later):
    later(days=100)
    visitor.open(f"/v/{notice.ref}")
    assert "真实，已过三个月" in visitor.page
    assert f"有效，至 {notice.permit.valid_to}" in visitor.page
    assert f"/register/{notice.ref}" in visitor.page, "registration stays open while the permit is in force"
    later(days=1000)
    visitor.open(f"/v/{notice.ref}")
    assert "真实，许可已到期" in visitor.page
    assert "/register/" not in visitor.page


def test_a_cancelled_permit_is_told_as_such(visitor, notice):
    with writing() as rows:
        row = rows.get_one(PaperRow, notice.id)
        row.permit.state, row.permit.ended_on = PermitState.CANCELLED, clock.today()
    visitor.open(f"/v/{notice.ref}")
    assert "许可已注销" in visitor.page
    assert "/register/" not in visitor.page


def test_a_replaced_notice_names_the_new_one_by_its_last_characters_only(visitor, notice):
    newer = notice_of(granted_case(passport_no="YB0041728"))
    visitor.open(f"/v/{notice.ref}")
    assert "真实，已被替换" in visitor.page
    assert newer.ref[-3:] in visitor.page
    assert newer.ref not in visitor.page


def test_any_other_paper_can_be_checked_too(visitor, notice):
    decision = next(p for p in notice.case.papers if p.kind.value == "decision")
    visitor.open(f"/v/{decision.ref}")
    assert "真实，记录在案" in visitor.page
    assert "准予行政许可决定书" in visitor.page
    assert "/register/" not in visitor.page


@pytest.mark.parametrize("ref", ["7K3M9QX2TD6", "x", "%00", "🙂🙂🙂", "0" * 300, "7K3M9QX2TD", "..", "' OR 1=1 --", "10" * 15])
def test_whatever_stands_in_the_address_the_answer_is_clear(visitor, app, ref):
    visitor.open(f"/v/{ref}")
    assert visitor.status == 404
    assert "查不到" in visitor.page


def scan(visitor, text):
    return visitor.open("/v").post("/v/check", {"code": text})


def test_the_scanned_digits_prove_the_signature_without_entering_an_address(visitor, notice):
    scan(visitor, notice.facts["qr_url"])
    assert "真实，有效" in visitor.page
    assert visitor.path == "/v/check"
    assert "真实" in visitor.page
    scan(visitor, links.to_digits(notice.token))
    assert "真实，有效" in visitor.page


def test_every_invalid_token_gets_one_and_the_same_altered_page(visitor, notice):
    digits = links.to_digits(notice.token)
    other = notice_of(granted_case())
    forged = [
        notice.facts["qr_url"][:-1] + str((int(digits[-1]) + 1) % 10),
        digits[:200] + str((int(digits[200]) + 1) % 10) + digits[201:],
        digits[:-40],
        digits + "77",
        f"http://portal.example/v/{notice.ref}#{digits[:30]}",
        f"http://portal.example/v/{other.ref}#{digits}",
        "9" * 2000,
        "9" * 5000,
        links.to_digits(b"\x01" + cbor2.dumps({"a": 1}) * 40),
        links.to_digits(_signed_by_a_stranger(notice)),
    ]
    pages = set()
    for text in forged:
        scan(visitor, text)
        assert "内容被改动" in visitor.page, text
        assert "MORETTI" not in visitor.page, text
        pages.add(_body(visitor.page))
    assert len(pages) == 1


def _signed_by_a_stranger(notice):
    from cryptography.hazmat.primitives.asymmetric import ec

    key = credential._pem(ec.generate_private_key(ec.SECP256R1()))
    payload = issuing.keyring().verify(notice.token).payload
    return credential.Keyring([(notice.kid, key, credential.ACTIVE)]).sign(payload)


def _body(page):
    return page[page.index('id="outcome"') : page.index("查询时间")]


def test_our_signature_on_an_unknown_paper_is_said_to_be_from_elsewhere(visitor, notice):
    from workflow.documents import claims

    token = issuing.keyring().sign(claims.encode({"iss": "specimen.440300", "issued": "2026-12-08", "ref": refs.new_ref(), "kind": "notification"}))
    scan(visitor, links.to_digits(token))
    assert "签名真实，但查无此件" in visitor.page


def test_what_a_revoked_key_signed_is_refused(visitor, notice, app):
    folder = app.config["PORTAL"].keys_dir
    credential.Keyring.create(folder)
    app.extensions["keyring"] = credential.Keyring.mark(folder, notice.kid, credential.REVOKED)
    for answer in (scan(visitor, notice.facts["qr_url"]).page, visitor.open(f"/v/{notice.ref}").page):
        assert "签名已失效" in answer
        assert "MORETTI" not in answer


def test_without_the_database_nothing_is_called_valid(visitor, notice, monkeypatch):
    ref, digits = notice.ref, links.to_digits(notice.token)

    def down(*_args, **_named):
        raise OperationalError("select", {}, Exception("down"))

    visitor.open("/v")
    monkeypatch.setattr(worth, "outcome_of", down)
    visitor.post("/v/check", {"code": digits})
    assert visitor.status == 503
    assert "现在无法得知状态" in visitor.page
    visitor.open(f"/v/{ref}")
    assert visitor.status == 503
    assert "真实，有效" not in visitor.page


def picture_of(text: str) -> bytes:
    code = QRCode(border=4, box_size=4)
    code.add_data(text)
    code.make()
    out = io.BytesIO()
    code.make_image().save(out, "PNG")
    return out.getvalue()


def test_a_picture_of_the_code_is_read_on_the_server(visitor, notice):
    visitor.open("/v").post("/v", {"picture": (io.BytesIO(picture_of(notice.facts["qr_url"])), "foto.png"), "code": ""})
    assert "真实，有效" in visitor.page


@pytest.mark.parametrize(("data", "words"), [(b"", "0 字节"), (b"nothing like a picture", "图片"), (picture_of("https://example.com/menu"), "二维码")])
def test_a_picture_without_our_code_says_so(visitor, app, data, words):
    visitor.open("/v").post("/v", {"picture": (io.BytesIO(data), "x.png"), "code": ""})
    assert visitor.status == 422
    assert words in visitor.page


def test_nothing_typed_is_answered_with_what_to_type(visitor, app):
    visitor.open("/v").send("/v", code="  ")
    assert visitor.status == 422
    assert "11 位" in visitor.page


def test_the_keys_are_published_for_anybody(visitor, notice):
    answer = visitor.open("/.well-known/jwks.json").answer
    assert answer.mimetype == "application/jwk-set+json"
    assert "public" in answer.headers["Cache-Control"]
    assert [k["kid"] for k in json.loads(answer.data)["keys"]] == [notice.kid]
    keys = cbor2.loads(visitor.open("/.well-known/cose-keys").answer.data)
    assert keys[0][2] == notice.kid.encode()
    assert -4 not in keys[0]


def test_the_page_is_light_and_speaks_english_when_asked(visitor, notice):
    visitor.open(f"/v/{notice.ref}?lang=en")
    assert '<html lang="en"' in visitor.page
    assert "Genuine and in force" in visitor.page
    assert "tabler" not in visitor.page
    assert len(visitor.page.encode()) < 12_000
    visitor.open(f"/v/{notice.ref}")
    assert '<html lang="en"' in visitor.page, "the choice is kept"


def test_a_check_is_a_read_that_writes_nothing(visitor, notice):
    from workflow.models import Visit, WebSession

    answer = visitor.open(f"/v/{notice.ref}").answer
    assert "no-store" in answer.headers["Cache-Control"]
    assert db.session.query(Visit).count() == 0
    assert db.session.query(WebSession).count() == 0


def test_worth_tells_permit_and_paper_apart(notice):
    assert worth.outcome_of(notice) is worth.Outcome.IN_FORCE
    notice.state = NoticeState.CANCELLED
    assert worth.outcome_of(notice) is worth.Outcome.CANCELLED
    assert permit.in_force(notice.permit.state, notice.permit.valid_to, clock.today())
    db.session.rollback()
