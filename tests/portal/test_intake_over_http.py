"""Hostile uploads and bodies through the door: each its own answer, the parent's memory flat, the house up after each."""

import io
import resource
import zipfile

import pikepdf
import pytest
from werkzeug.test import create_environ, run_wsgi_app

from portal.journey.samples import sample_pdf
from tests.portal.filing import begin, case_of, upload
from workflow.intake import sandbox

FLAT = 60 * 1024**2  # bytes by which the parent may have grown, buffers of one upload included


def resident() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


class Endless(io.RawIOBase):
    """A body that says `size` and counts what was read of it."""

    def __init__(self, size: int):
        self.left, self.taken = size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        count = min(len(into), self.left)
        into[:count] = b"a" * count
        self.left -= count
        self.taken += count
        return count


def post(app, path, kind, size, **more):
    """(status, page, body) of a request whose body is only read if somebody reads it."""
    body = Endless(size or 10 * 1024**2)
    environ = create_environ(path, "http://portal.example", method="POST") | {"wsgi.input": body, "CONTENT_TYPE": kind, **more}
    if size:
        environ["CONTENT_LENGTH"] = str(size)
    else:
        environ.pop("CONTENT_LENGTH", None)
    page, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status[:3]), b"".join(page), body


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("multipart/form-data; boundary=x", 230 * 1024**2),
        ("application/x-www-form-urlencoded", 2 * 1024**2),
        ("text/plain", 2 * 1024**2),
        ("application/json", 2 * 1024**2),
        ("", 300 * 1024**2),
    ],
    ids=["over 200 MB", "url-encoded field of 2 MB", "plain 2 MB", "JSON 2 MB", "no kind"],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(app, kind, size):
    before = resident()
    status, page, body = post(app, "/sign-in", kind, size)
    assert status == 413
    assert body.taken < 64 * 1024
    assert b"<h1" in page
    assert resident() - before < FLAT
    assert app.test_client().get("/").status_code in (200, 302, 303)


def test_a_body_of_unsaid_length_is_refused(app):
    status, _, body = post(app, "/sign-in", "application/x-www-form-urlencoded", 0, **{"wsgi.input_terminated": True})
    assert status == 413
    assert body.taken == 0


def script(document):
    document.Root.OpenAction = document.make_indirect(pikepdf.Dictionary({"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"}))


def pdf(pages=1, change=None, **how):
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hidden")
    return out.getvalue()


BAD = {
    "script": ("a.pdf", pdf(change=script)),
    "password": ("a.pdf", pdf(encryption=pikepdf.Encryption(user="x", owner="x"))),
    "attachment": ("a.pdf", pdf(change=lambda document: document.attachments.__setitem__("x.txt", b"x"))),
    "pages": ("a.pdf", pdf(3000)),
    "zip behind": ("a.pdf", pdf() + zipped()),
    "cut": ("a.pdf", pdf()[:300]),
    "wrong ending": ("a.jpg", pdf()),
    "path and NUL": ("../../x\x00.exe", pdf()),
    "long name": ("x" * 300 + ".exe", pdf()),
}


def test_each_hostile_file_has_its_own_sentence_and_leaves_the_house_as_it_was(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree", "good.pdf", sample_pdf("degree"))
    before, told = resident(), {}
    for what, (name, data) in BAD.items():
        upload(lin, case_id, "degree", name, data)
        assert lin.page.status == 422, what
        told[what] = lin.page.problems[0]
    assert len(set(told.values())) >= len(BAD) - 1, told  # the two strange endings are one sentence but for the ending
    assert resident() - before < FLAT
    assert [m.name for m in case_of(case_id).live_materials if m.kind == "degree"] == ["good.pdf"]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.pdf", "gpj\u202efdp.pdf", "👩‍🔬" * 100 + ".pdf", "a;rm -rf ~.pdf", "<script>alert(1)<.pdf"])
def test_a_strange_name_neither_hinders_nor_is_used(sign_in, name):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree", name, sample_pdf("degree"))
    assert lin.page.status == 200
    (row,) = [m for m in case_of(case_id).live_materials if m.kind == "degree"]
    assert "/" not in row.name
    assert "\u202e" not in row.name
    assert len(row.name) <= 120


def test_the_child_of_a_file_that_eats_memory_is_ended_within_ten_seconds(sign_in):
    def change(document):
        document.pages[0].Contents = document.make_stream(b"q " * 60_000_000)

    assert sandbox.Limits().seconds <= 10
    lin = sign_in("lin")
    case_id = begin(lin)
    before = resident()
    upload(lin, case_id, "degree", "eats.pdf", pdf(change=change))
    assert lin.page.status in (200, 422)
    assert resident() - before < FLAT + 130 * 1024**2  # the test's own copy of the stream
    assert lin.get("/applications/mine").status in (200, 404)
