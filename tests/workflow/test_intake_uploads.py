"""Hostile, broken and honest uploads, each with the code of its sentence."""

import io
import random
import struct
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image, ImageCms

from workflow.intake.findings import Finding, aimed, size_text, verdict
from workflow.intake.uploads import Inspected, check_upload, safe_name


def picture(size=(480, 640), mode="RGB"):
    random.seed(3)
    half = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (half, half.rotate(90).resize(size), half.point(lambda level: 255 - level)))
    return image.convert(mode)


def encoded(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def pdf(pages=1, change=None, **how):
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **how)
    return out.getvalue()


def root(**entries):
    def change(document):
        for key, value in entries.items():
            document.Root["/" + key] = document.make_indirect(value)

    return change


def action(kind, **entries):
    return pikepdf.Dictionary({"/S": pikepdf.Name("/" + kind), **{"/" + key: value for key, value in entries.items()}})


def codes(inspected):
    assert isinstance(inspected, Inspected)
    for each in inspected.findings:
        assert "%(" not in each.sentence()
        assert len(each.sentence()) > 20
    return [each.code for each in inspected.findings]


JPG, PNG, PDF = encoded(picture()), encoded(picture(), "PNG"), pdf(2)


@pytest.mark.parametrize(
    ("name", "data", "media_type", "pages"),
    [
        ("scan.jpg", JPG, "image/jpeg", 1),
        ("SCAN.JPEG", JPG, "image/jpeg", 1),
        ("扫描件.png", PNG, "image/png", 1),
        ("diplôme.pdf", PDF, "application/pdf", 2),
        ("progressive.jpg", encoded(picture(), progressive=True), "image/jpeg", 1),
        ("grey.jpg", encoded(picture(mode="L")), "image/jpeg", 1),
        ("cmyk.jpg", encoded(picture(mode="CMYK")), "image/jpeg", 1),
        ("palette.png", encoded(picture(mode="P"), "PNG"), "image/png", 1),
        ("alpha.png", encoded(picture(mode="RGBA"), "PNG"), "image/png", 1),
        ("deep.png", encoded(picture(mode="L").convert("I;16"), "PNG"), "image/png", 1),
        ("bit.png", encoded(picture(mode="1"), "PNG"), "image/png", 1),
    ],
)
def test_honest_files_pass(name, data, media_type, pages):
    seen = check_upload(name, data)
    assert codes(seen) == []
    assert seen.ok
    assert (seen.media_type, seen.pages) == (media_type, pages)
    assert seen.width > 0
    assert seen.height > 0
    assert seen.preview.startswith(b"\xff\xd8\xff")
    if seen.ext != "pdf":
        with Image.open(io.BytesIO(seen.clean)) as clean:
            assert clean.size == (480, 640) == (seen.width, seen.height)


def png_bomb(width=50_000, height=50_000):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes(1 << 20) * 64, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.txt", "hidden")
    return out.getvalue()


def animated():
    return encoded(picture(), "PNG", save_all=True, append_images=[picture().rotate(180)])


def attached(document):
    document.attachments["list.txt"] = b"hidden"


def in_a_stream(document):
    """The script hangs at an annotation, as a direct object inside an object stream."""
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action("JavaScript", JS="app.alert(1)"))
    document.pages[0].Annots = pikepdf.Array([link])


def raw_pdf(root=b"", kids=b"[3 0 R]", page=b""):
    objects = b"1 0 obj<</Type/Catalog/Pages 2 0 R " + root + b">>endobj\n2 0 obj<</Type/Pages/Kids" + kids + b"/Count 1>>endobj\n"
    return b"%PDF-1.7\n" + objects + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]" + page + b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def declared(width, height):
    """An honest JPEG whose header lies about its size."""
    at = JPG.index(b"\xff\xc0") + 5
    return JPG[:at] + struct.pack(">HH", height, width) + JPG[at + 4 :]


def text_bomb(kind, keyword):
    body = keyword + zlib.compress(bytes(100 << 20), 9)
    return PNG[:33] + struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) + PNG[33:]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", raw_pdf(b"/OpenAction " + b"[" * 300 + b"<</S/JavaScript/JS(x)>>" + b"]" * 300), "pdf_javascript"),
        ("a.pdf", raw_pdf(b"/X " + b"[" * 20000 + b"]" * 20000), "undecodable"),
        ("a.pdf", raw_pdf(kids=b"[2 0 R 3 0 R]"), "undecodable"),
        ("a.jpg", declared(65500, 65500), "pixels"),
        ("a.png", text_bomb(b"zTXt", b"Comment\0\0"), "undecodable"),
        ("a.png", text_bomb(b"iCCP", b"icc\0\0"), "undecodable"),
        ("a.jpg", b"", "empty"),
        ("a.pdf", PDF + b" " * (10 << 20), "filesize"),
        ("a.exe", b"MZ" + b"\0" * 90, "extension"),
        ("a.jpg.exe", JPG, "extension"),
        ("a.svg", b"<svg onload='x'/>", "extension"),
        ("a.tiff", encoded(picture(), "TIFF"), "extension"),
        ("a", JPG, "no_extension"),
        (".jpg", JPG, "no_extension"),
        ("a.jpg", PNG, "mismatch"),
        ("a.pdf", JPG, "mismatch"),
        ("a.jpg", b"\x00\x00\x00\x18ftypheic" + b"\0" * 90, "mismatch"),
        ("a.pdf", zipped(), "mismatch"),
        ("a.png", b"plain text", "unknown_kind"),
        ("a.jpg", b"GIF89a" + JPG, "mismatch"),
        ("a.jpg", JPG[: len(JPG) // 2], "truncated"),
        ("a.jpg", encoded(picture((900, 900)), progressive=True)[:-4000], "truncated"),
        ("a.jpg", JPG[:40], "undecodable"),
        ("a.png", PNG[: len(PNG) // 2], "truncated"),
        ("a.png", PNG[:20] + b"\xff\xff\xff\xff" + PNG[24:], "undecodable"),
        ("a.png", png_bomb(), "pixels"),
        ("a.png", png_bomb(7000, 7000), "truncated"),
        ("a.png", animated(), "animated"),
        ("a.jpg", JPG + zipped(), "polyglot"),
        ("a.pdf", PDF + zipped(), "polyglot"),
        ("a.jpg", encoded(picture(), comment=b"%PDF-1.4 1 0 obj"), "polyglot"),
        ("a.jpg", JPG + b"<html><script>alert(1)</script>", "polyglot"),
        ("a.png", PNG + b"<?php system($_GET[0]); ?>", "polyglot"),
        ("a.pdf", PDF[: len(PDF) // 2], "truncated"),
        ("a.pdf", b"%PDF-1.7\n" + b"rubbish " * 30 + b"%%EOF", "undecodable"),
        ("a.pdf", pdf(51), "pages"),
        ("a.pdf", pdf(0), "no_pages"),
        ("a.pdf", pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), "pdf_password"),
        ("a.pdf", pdf(encryption=pikepdf.Encryption(user="", owner="secret")), "pdf_encrypted"),
        ("a.pdf", pdf(change=root(OpenAction=action("JavaScript", JS="app.alert(1)"))), "pdf_javascript"),
        ("a.pdf", pdf(change=in_a_stream, object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf_javascript"),
        ("a.pdf", pdf(change=root(OpenAction=action("JavaScript", JS="x"))).replace(b"/JavaScript", b"/Java#53cript"), "pdf_javascript"),
        ("a.pdf", pdf(change=root(AA=pikepdf.Dictionary(WC=action("Launch", F="cmd.exe")))), "pdf_launch"),
        ("a.pdf", pdf(change=attached), "pdf_embedded"),
        ("a.pdf", pdf(change=root(OpenAction=action("SubmitForm", F="http://example.org"))), "pdf_active"),
        ("a.pdf", pdf(change=root(AcroForm=pikepdf.Dictionary(XFA="<xdp/>", Fields=[]))), "pdf_active"),
    ],
)
def test_every_refusal_has_its_own_code(name, data, code):
    seen = check_upload(name, data)
    assert codes(seen) == [code]
    assert not seen.ok
    assert seen.clean is None
    assert seen.preview is None


def test_a_content_that_unpacks_to_more_than_memory_ends_the_child_and_nothing_else():
    def change(document):
        document.pages[0].Contents = document.make_stream(b"q " * 120_000_000)

    seen = check_upload("a.pdf", pdf(change=change))
    assert codes(seen) == ["unreadable"]
    assert check_upload("a.pdf", PDF).ok


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_of_48_megapixels_passes(mode):
    seen = check_upload("phone.png", encoded(Image.new(mode, (8064, 6048), (200, 180, 160)), "PNG", compress_level=1))
    assert codes(seen) == []
    assert (seen.width, seen.height) == (8064, 6048)


def test_a_photograph_of_48_megapixels_taken_sideways_passes():
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = check_upload("phone.jpg", encoded(Image.new("RGB", (8064, 6048), (200, 180, 160)), exif=exif))
    assert codes(seen) == []
    assert (seen.width, seen.height) == (6048, 8064)


def test_a_plain_form_in_a_pdf_is_no_crime():
    assert check_upload("form.pdf", pdf(change=root(AcroForm=pikepdf.Dictionary(Fields=[])))).ok


def test_several_problems_are_told_at_once():
    def both(document):
        attached(document)
        root(OpenAction=action("JavaScript", JS="x"))(document)

    assert codes(check_upload("a.exe", b"MZ" + b"0" * 2000, max_bytes=1000)) == ["filesize", "extension"]
    assert set(codes(check_upload("a.pdf", pdf(60, change=both)))) == {"pdf_javascript", "pdf_embedded", "pages"}


def test_what_a_material_accepts_is_its_own():
    assert codes(check_upload("a.png", PNG, accept=("jpg",))) == ["extension"]
    assert codes(check_upload("a.pdf", PDF, max_pages=1)) == ["pages"]
    assert codes(check_upload("a.jpg", JPG, max_bytes=len(JPG))) == []
    assert codes(check_upload("a.jpg", JPG, max_bytes=len(JPG) - 1)) == ["filesize"]
    assert codes(check_upload("a.pdf", PDF, max_pages=2)) == []


def test_the_clean_copy_stands_upright_and_carries_no_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "seen at 22.5431 N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(picture((640, 480)), exif=exif, comment=b"private words", icc_profile=profile)
    seen = check_upload("phone.jpg", data)
    assert (seen.width, seen.height) == (480, 640)
    with Image.open(io.BytesIO(seen.clean)) as clean:
        assert clean.size == (480, 640)
        assert not clean.getexif()
        assert not {"exif", "comment", "icc_profile"} & clean.info.keys()
    assert b"22.5431" not in seen.clean
    assert b"private" not in seen.clean


def test_text_chunks_of_a_png_are_dropped():
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Author", "somebody")
    assert b"somebody" not in check_upload("a.png", encoded(picture(), "PNG", pnginfo=note)).clean


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\Users\\me\\护照.jpg", "护照.jpg"),
        ("photo.jpg\x00.exe", "photo.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("  . hidden .pdf . ", "hidden .pdf"),
        ("👩‍🔬 diploma.pdf", "👩‍🔬 diploma.pdf"),
        ("Cafe\u0301.png", "Café.png"),
        ("zero\u200bwidth\ufeff.png", "zerowidth.png"),
        ("lone\ud800.png", "lone.png"),
        ("", "file"),
        ("..", "file"),
        ("\x00", "file"),
        ("/", "file"),
    ],
)
def test_names_are_for_showing_only(name, shown):
    assert safe_name(name) == shown


@pytest.mark.parametrize("letter", ["x", "护", "👍", "e\u0301"])
def test_a_name_of_three_hundred_characters_is_cut_and_keeps_its_ending(letter):
    short = safe_name(letter * 300 + ".pdf")
    assert len(short) <= 120
    assert short.endswith("….pdf")


def test_bad_names_do_not_hinder_an_honest_file():
    for name in ("../../a.jpg", "x\u202e.jpg", "👍" * 300 + ".jpg", "O'Neill; DROP TABLE.jpg"):
        assert check_upload(name, JPG).ok


def test_the_gravest_finding_decides():
    warn, review = Finding("a", "warn", "", "x"), Finding("b", "review", "", "x")
    assert [verdict(each) for each in ([], [warn], [warn, review], [review, Finding("c", "reject", "", "x")])] == ["accept", "accept", "review", "reject"]
    assert [each.target for each in aimed([warn, review], "photo")] == ["photo", "photo"]
    assert Finding.from_dict(review.as_dict()) == review
    with pytest.raises(ValueError):
        Finding.from_dict({**review.as_dict(), "level": "praise"})


def test_sizes_read_well():
    assert [size_text(each) for each in (0, 834, 1024, 1_048_576, 1_300_000)] == ["0 B", "834 B", "1 KB", "1 MB", "1.24 MB"]
