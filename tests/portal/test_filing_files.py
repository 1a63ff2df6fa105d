"""Attachments: every bad file has its own sentence, every good one is shown safely; papers come as PDF or say when to come back."""

import io

from PIL import Image

from portal.journey.samples import sample_answers, sample_pdf
from tests import factories
from tests.driving import htmx
from tests.portal.filing import begin, case_of, today, upload
from workflow import jobs, looking
from workflow.intake import looks
from workflow.materials import MATERIALS


def _live(case_id: int, kind: str) -> list:
    return [m for m in case_of(case_id).live_materials if m.kind == kind]


def test_bad_files_are_not_taken_and_each_says_why_in_its_own_sentence(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    png = io.BytesIO()
    Image.new("RGB", (400, 500), "white").save(png, "PNG")
    big = b"%PDF-1.7\n" + b"0" * MATERIALS["degree"].max_bytes
    bad = {"empty": ("degree.pdf", b""), "wrong kind": ("degree.docx", b"PK\x03\x04"), "another inside": ("degree.pdf", png.getvalue()), "broken": ("degree.pdf", b"%PDF-1.7 broken"), "too big": ("degree.pdf", big)}
    told = {}
    for what, (name, data) in bad.items():
        upload(lin, case_id, "degree", name, data)
        assert lin.page.status == 422, what
        told[what] = next(text for text in lin.page.problems)
        assert lin.page.link(told[what]) == "#material-degree"
        assert _live(case_id, "degree") == []
    assert len(set(told.values())) == len(bad), told
    assert "20 MB" in told["too big"]


def test_pressing_upload_without_a_file_says_so(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments")
    page = lin.submit(form="upload-degree", button="upload")
    assert page.status == 422


def test_a_photo_with_faults_is_kept_and_its_findings_stand_beside_it_and_block(sign_in, monkeypatch):
    monkeypatch.setattr(looking, "CHECKS", looks.CHECKS)
    lin = sign_in("lin")
    case_id = begin(lin)
    out = io.BytesIO()
    Image.new("RGB", (200, 260), "white").save(out, "JPEG")
    upload(lin, case_id, "photo", "small.jpg", out.getvalue())
    assert lin.page.status == 200
    assert "200 × 260" in lin.page.main
    assert "354 × 472" in lin.page.main
    assert any(f.code == "size" for f in case_of(case_id).blocking if hasattr(f, "code"))
    lin.get(f"/applications/{case_id}/answers")
    assert "#material-photo" in lin.page.link("200 × 260")


def test_a_new_photo_takes_the_old_ones_place_and_the_old_one_stays_in_the_file(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "photo")
    upload(lin, case_id, "photo")
    assert len(_live(case_id, "photo")) == 1
    assert len([m for m in case_of(case_id).materials if m.kind == "photo"]) == 2


def test_a_file_is_removed_by_its_button(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree")
    lin.submit(button=f"remove-{_live(case_id, 'degree')[0].id}", expect=200)
    assert _live(case_id, "degree") == []


def test_several_files_of_a_kind_come_in_one_go_and_the_same_form_twice_attaches_once(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    form = lin.get(f"/applications/{case_id}/attachments").form("upload-experience")
    files = {"file": [(f"{n}.pdf", sample_pdf(f"letter {n}"), "application/pdf") for n in (1, 2)]}
    for _ in range(2):
        lin.submit(form=form, files=files, button="upload", expect=200)
    assert [m.name for m in _live(case_id, "experience")] == ["1.pdf", "2.pdf"]


def test_class_a_commits_in_writing_and_class_b_does_not(sign_in):
    lin = sign_in("lin")
    case = factories.draft_case(answers=sample_answers(class_ground={"class": "A", "ground": "A_young"}), without=("degree",))
    lin.get(f"/applications/{case.id}/attachments")
    lin.submit(form="upload-degree", button="commit", expect=200)
    assert [m.committed for m in _live(case.id, "degree")] == [True]
    other = factories.draft_case(without=("degree",))
    form = lin.get(f"/applications/{other.id}/attachments").form("upload-degree")
    assert [b.get("value") for b in form.buttons] == ["upload"]
    page = lin.post(f"/applications/{other.id}/attachments/degree", {"do": "commit"})
    assert page.status == 409


def test_a_certificate_with_a_shelf_life_needs_its_day_and_may_not_be_too_old(sign_in):
    lin = sign_in("lin")
    case = factories.draft_case(without=("no_crime",))
    upload(lin, case.id, "no_crime")
    assert [p.target for p in case_of(case.id).missing] == ["material.no_crime"]
    lin.get(f"/applications/{case.id}/attachments")
    lin.submit({"issued_on": "2020-01-31"}, button="date", expect=200)
    assert [p.target for p in case_of(case.id).faults] == ["material.no_crime"]
    assert "2020-01-31" in lin.page.main
    lin.submit({"issued_on": today()}, button="date", expect=200)
    assert case_of(case.id).faults == []
    assert case_of(case.id).missing == []


def test_htmx_gets_the_sheet_of_the_kind_alone(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments")
    page = lin.submit(form="upload-degree", files={"file": ("degree.pdf", sample_pdf("degree"), "application/pdf")}, button="upload", headers=htmx("material-degree"))
    assert page.status == 200
    assert page.html.lstrip().startswith('<section class="sheet" id="material-degree"')


def test_a_kind_that_the_service_does_not_ask_for_is_no_address(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments")
    assert lin.post(f"/applications/{case_id}/attachments/tax_record", {"do": "upload"}).status == 404


def test_a_file_is_shown_in_a_sandbox_under_the_servers_name(sign_in):
    case = factories.draft_case()
    lin = sign_in("lin")
    photo = next(m for m in case.materials if m.kind == "photo")
    page = lin.get(f"/applications/{case.id}/materials/{photo.id}", expect=200)
    assert page.headers["content-type"] == "image/jpeg"
    assert page.headers["content-disposition"] == f'inline; filename="{case.number}-photo-{photo.id}.jpg"'
    assert "sandbox" in page.headers["content-security-policy"]
    assert (page.headers["x-content-type-options"], page.headers["cache-control"]) == ("nosniff", "no-store")
    pledged = next(m for m in case.materials if m.committed)
    assert lin.get(f"/applications/{case.id}/materials/{pledged.id}").status == 404


def test_a_paper_is_printed_when_it_is_asked_for_and_its_first_download_is_noted(sign_in):
    case = factories.filed_case()
    paper = case.papers[0]
    assert paper.pdf_sha256 is None
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}/papers/{paper.id}.pdf", expect=200)
    assert page.body.startswith(b"%PDF-")
    assert page.headers["content-disposition"] == f'attachment; filename="{paper.number}.pdf"'
    first = case_of(case.id).papers[0].first_download_at
    assert first is not None
    again = lin.get(f"/applications/{case.id}/papers/{paper.id}.pdf", expect=200)
    assert again.body == page.body
    assert case_of(case.id).papers[0].first_download_at == first


def test_a_broken_printer_loses_nothing_and_the_page_says_to_come_back(sign_in, monkeypatch):
    case = factories.filed_case()
    lin = sign_in("lin")

    def out_of_paper(*_):
        raise RuntimeError("no paper")

    monkeypatch.setattr(jobs, "print_paper", out_of_paper)
    page = lin.get(f"/applications/{case.id}/papers/{case.papers[0].id}.pdf")
    assert page.status == 503
    assert case_of(case.id).papers[0].first_download_at is None
    assert lin.get(f"/applications/{case.id}", expect=200).link(".pdf")


def test_files_beyond_the_limit_of_a_kind_are_named_and_the_others_are_there(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments", expect=200)
    scans = [(f"contract-{n}.pdf", sample_pdf(f"contract {n}", 1), "application/pdf") for n in (1, 2, 3)]
    lin.submit(form="upload-contract", files={"file": scans}, button="upload", expect=422)
    assert [m.name for m in _live(case_id, "contract")] == ["contract-1.pdf", "contract-2.pdf"]
    assert any("contract-3.pdf" in text and "最多放 2 个" in text for text in lin.page.problems)
