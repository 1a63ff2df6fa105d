"""The window's pages: a code or number opens the list, each line is saved alone, papers leave it, a registration code is shown once."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.driving import htmx
from tests.factories import filed_case, granted_case, quick
from workflow import clock, counter
from workflow.models import Event, OneTimeCode, Original, Residence, db, writing
from workflow.residence import ResidenceState, Verdict


@pytest.fixture
def step(app) -> Residence:
    return counter.residence_of(granted_case())


@pytest.fixture
def huang(sign_in):
    return sign_in("huang")


def opened(huang, step) -> int:
    """The step, opened by the code of its notice."""
    huang.get("/window/", expect=200)
    huang.submit({"text": counter.notice_of(step).facts["qr_url"]}, form="/window/", expect=200)
    return step.id


def now(step) -> Residence:
    return db.session.get_one(Residence, step.id, populate_existing=True)


def see(huang, step, verdict="seen", note="", only=None):
    for original in now(step).originals:
        if only is None or original.kind in only:
            huang.submit({"verdict": verdict}, form=f"/originals/{original.id}", raw={"note": note}, expect=200)


def test_only_the_window_opens_its_pages(step, sign_in):
    for short in ("lin", "zhou", "luo"):
        assert sign_in(short).get("/window/").status == 403
    assert sign_in("huang").get(f"/window/{step.id}").status == 200
    assert sign_in("huang").get(f"/window/{10**30}").status == 404


def test_a_scan_opens_the_list_and_says_what_the_paper_is_worth(huang, step):
    opened(huang, step)
    page = huang.page
    assert page.path == f"/window/{step.id}"
    assert "通知真实有效" in page.main
    assert "已核 0 / 9 项" in page.main
    assert step.permit.person.passport_no in page.main
    assert "体检证明" in page.main


def test_a_case_number_a_permit_number_and_a_typed_code_open_it_too(huang, step):
    ref = counter.notice_of(step).ref
    for text in (step.case.number, step.permit.person.permit_number, f"{ref[:4].lower()} {ref[4:8]}-{ref[8:]}"):
        huang.get("/window/")
        huang.submit({"text": text}, form="/window/", expect=200)
        assert huang.page.path == f"/window/{step.id}", text


def test_a_picture_of_the_paper_opens_it(huang, step):
    import io

    import segno

    picture = io.BytesIO()
    segno.make(counter.notice_of(step).facts["qr_url"], error="m").save(picture, kind="png", scale=6)
    huang.get("/window/")
    huang.submit(files={"picture": ("notice.png", picture.getvalue(), "image/png")}, form=next(f for f in huang.page.forms if f.multipart), expect=200)
    assert huang.page.path == f"/window/{step.id}"


def test_a_picture_without_a_code_says_so(huang, step):
    from portal.journey.samples import sample_photo

    huang.get("/window/")
    page = huang.submit(files={"picture": ("face.jpg", sample_photo(), "image/jpeg")}, form=next(f for f in huang.page.forms if f.multipart))
    assert page.status == 422
    assert "二维码" in page.main or "编码" in page.main


@pytest.mark.parametrize(("change", "said"), [(lambda url: url[:-1] + str((int(url[-1]) + 1) % 10), "内容被改动"), (lambda url: "440300-2026-999999", "没有此编号的办件"), (lambda url: "   ", "请扫描")])
def test_what_does_not_hold_is_told_instead_of_a_list(huang, step, change, said):
    huang.get("/window/")
    page = huang.submit({"text": change(counter.notice_of(step).facts["qr_url"])}, form="/window/")
    assert page.status == 422
    assert said in page.main
    assert now(step).originals == []


def test_a_case_that_is_not_granted_opens_with_its_state(huang):
    case = filed_case()
    huang.get("/window/")
    page = huang.submit({"text": case.number}, form="/window/", expect=200)
    assert page.path == f"/window/cases/{case.id}"
    assert "预审" in page.main
    assert "准予许可以后才核验原件" in page.main


def test_each_line_is_saved_alone_and_the_way_back_keeps_it(huang, step):
    opened(huang, step)
    first, second = now(step).originals[:2]
    huang.submit({"verdict": "seen"}, form=f"/originals/{first.id}", expect=200)
    huang.submit({"verdict": "differs"}, form=f"/originals/{second.id}", raw={"note": "有效期不同"}, expect=200)
    assert [(o.verdict, o.note) for o in now(step).originals[:2]] == [(Verdict.SEEN, ""), (Verdict.DIFFERS, "有效期不同")]
    assert "有效期不同" in huang.page.body.decode()
    assert "已核 2 / 9 项" in huang.page.main


def test_differs_without_a_note_asks_for_it_and_keeps_the_choice(huang, step):
    opened(huang, step)
    original = now(step).originals[0]
    page = huang.submit({"verdict": "missing"}, form=f"/originals/{original.id}")
    assert page.status == 422
    text = page.body.decode()
    assert re.search(r'value="missing" checked', text)
    assert f'id="note-{original.id}"' in text
    assert now(step).originals[0].verdict is None


def test_a_line_by_htmx_answers_itself_the_count_and_the_bar(huang, step):
    opened(huang, step)
    original = now(step).originals[0]
    hidden = huang.page.form(f"/originals/{original.id}").hidden
    part = huang.post(f"/window/{step.id}/originals/{original.id}", {**hidden, "verdict": "seen", "note": ""}, headers=htmx(f"original-{original.id}"), expect=200).body.decode()
    assert "<html" not in part
    assert all(f'id="{name}"' in part for name in (f"original-{original.id}", "moves", "progress"))
    assert part.count('class="original') == 1


def test_two_officers_on_one_line_the_slower_is_told(huang, step, sign_in, who):
    opened(huang, step)
    original = now(step).originals[0]
    hidden = huang.page.form(f"/originals/{original.id}").hidden
    counter.look_at(step.id, original.id, "seen", by=who("huang"))
    page = huang.post(f"/window/{step.id}/originals/{original.id}", {**hidden, "verdict": "missing", "note": "我写的说明"})
    assert page.status == 409
    assert "黄婧" in page.body.decode()
    assert "我写的说明" in page.body.decode()
    assert db.session.get_one(Original, original.id).verdict is Verdict.SEEN


def test_the_day_of_entry_shows_the_thirty_days(huang, step):
    opened(huang, step)
    huang.submit({"entered_on": clock.today().isoformat()}, form="/entry", expect=200)
    assert "入境 30 日，剩 30 天" in huang.page.main
    page = huang.submit({"entered_on": (clock.today() + timedelta(days=1)).isoformat()}, form="/entry")
    assert page.status == 422
    assert "在今天之后" in page.main
    huang.get(f"/window/{step.id}")
    page = huang.submit({"entered_on": "soon"}, form="/entry")
    assert page.status == 422
    assert 'value="soon"' in page.body.decode()


def test_incomplete_then_complete(huang, step):
    opened(huang, step)
    dashed = huang.page.body.decode()
    assert re.search(r'value="verify_originals"[^>]*aria-disabled="true"', dashed)
    see(huang, step)
    see(huang, step, "missing", "入境后尚未体检", only={"health"})
    assert "不予受理，列明所缺（1 项）" in huang.page.main
    with quick():
        assert huang.submit(form="/moves/verify_originals", button="verify_originals").status == 409
        huang.get(f"/window/{step.id}")
        huang.submit(form="/moves/decline_originals", button="decline_originals", expect=200)
    assert now(step).state is ResidenceState.ORIGINALS_NOT_ACCEPTED
    paper = huang.get(huang.page.link("不予受理告知书"), expect=200)
    assert paper.body.startswith(b"%PDF-")
    huang.get(f"/window/{step.id}")
    see(huang, step, only={"health"})
    with quick():
        huang.submit(form="/moves/verify_originals", button="verify_originals", expect=200)
    assert now(step).state is ResidenceState.ORIGINALS_VERIFIED
    assert "原件核验回执" in huang.page.main
    assert "/originals/" not in "".join(f.action for f in huang.page.forms)


def test_a_stale_bar_is_told_who_did_what(huang, step, who):
    opened(huang, step)
    see(huang, step)
    hidden = huang.page.form("/moves/verify_originals").hidden
    with quick():
        counter.act(step.id, "verify_originals", by=who("huang"), seen=None)
        page = huang.post(f"/window/{step.id}/moves/verify_originals", hidden)
    assert page.status == 409
    assert "黄婧" in page.body.decode()


def test_the_registration_code_is_shown_once_after_the_passport_was_seen(huang, step):
    opened(huang, step)
    refused = huang.submit(form="/registration-code")
    assert refused.status == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeCode)) == 0
    shown = huang.submit({"passport_seen": "yes"}, form="/registration-code", expect=200)
    code = re.search(r'class="big-code[^"]*">\s*([0-9A-Z -]+?)\s*<', shown.body.decode())[1]
    row = db.session.scalars(sa.select(OneTimeCode)).one()
    assert row.by_window
    assert code.replace(" ", "") not in row.code_hash
    assert code not in huang.get(f"/window/{step.id}", expect=200).body.decode()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.trigger == "window_code")) == 1


def test_files_and_papers_of_another_case_are_not_served(huang, step):
    other = granted_case()
    material = next(m for m in other.live_materials if m.sha256)
    assert huang.get(f"/window/{step.id}/files/{material.id}").status == 404
    assert huang.get(f"/window/{step.id}/papers/{other.papers[0].id}").status == 404


def test_another_authority_sees_nothing(step, sign_in, who):
    from workflow.models import UserRole
    from workflow.roles import Role

    with writing() as session:
        session.add(UserRole(user_id=who("bai").id, role=Role.WINDOW))
    bai = sign_in("bai")
    assert bai.get(f"/window/{step.id}").status == 404
    bai.get("/window/")
    assert bai.submit({"text": step.case.number}, form="/window/").status == 422
    for path in ("open", "entry", "moves/verify_originals", "registration-code", "originals/1"):
        bai.get("/window/")
        assert bai.post(f"/window/{step.id}/{path}", {"seen": "1"}).status == 404, path
