"""The commands print one JSON line a file, whatever the file is."""

import io
import json

import pytest
from click.testing import CliRunner
from PIL import Image

from workflow.intake.cli import intake_cli


def told(*arguments, code=0):
    done = CliRunner().invoke(intake_cli, [str(each) for each in arguments])
    assert done.exit_code == code, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path):
    out = io.BytesIO()
    Image.linear_gradient("L").resize((480, 640)).convert("RGB").save(out, "JPEG")
    (tmp_path / "a.jpg").write_bytes(out.getvalue())
    (tmp_path / "b.png").write_bytes(out.getvalue())
    (tmp_path / "c.pdf").write_bytes(b"")
    below = tmp_path / "d"
    below.mkdir()
    (below / "样张 O'Neill.jpg").write_bytes(out.getvalue()[:300])
    return tmp_path


def test_uploads_of_a_folder_come_in_its_order_with_their_verdicts(folder):
    lines = told("upload", folder, "--jobs", 3)
    assert [(line["verdict"], [each["code"] for each in line["findings"]]) for line in lines] == [
        ("accept", []),
        ("reject", ["mismatch"]),
        ("reject", ["empty"]),
        ("reject", ["undecodable"]),
    ]
    assert lines[0]["file"].endswith("a.jpg")
    assert (lines[0]["width"], lines[0]["height"]) == (480, 640)


def test_every_finding_has_its_measure_limit_and_both_sentences(folder):
    (line,) = told("upload", folder / "b.png")
    (finding,) = line["findings"]
    assert (finding["measured"], finding["limit"], finding["level"]) == ("JPG", "PNG", "reject")
    assert "JPG" in finding["en"]
    assert "JPG" in finding["zh"]


def test_a_file_that_is_not_there_has_its_line_too(tmp_path):
    (line,) = told("upload", tmp_path / "nothing.pdf", code=1)
    assert [each["code"] for each in line["findings"]] == ["no_file"]


def test_a_photo_says_which_checks_ran(folder):
    (line,) = told("photo", folder / "a.jpg")
    assert line["verdict"] == "reject"
    assert "colour" in {each["code"] for each in line["findings"]}
    assert {"filesize", "format", "size"} <= set(line["checks_run"])
    assert isinstance(line["checks_not_run"], list)
    assert line["measures"]["width"] == 480


def test_a_passport_adds_lines_checks_and_fields_even_when_unreadable(folder):
    (line,) = told("passport", folder / "b.png")
    assert (line["mrz"], line["checks"], line["fields"]) == ([], {}, {})
    assert [each["code"] for each in line["findings"]] == ["mismatch"]


def test_limits_can_be_given(folder):
    (line,) = told("upload", folder / "a.jpg", "--max-bytes", 100)
    assert [each["code"] for each in line["findings"]] == ["filesize"]


def test_a_fault_of_ours_is_a_line_too_and_the_other_files_are_looked_at(folder, monkeypatch):
    from workflow.intake import uploads

    whole = uploads.check_upload

    def falls(name, data, **limits):
        if name == "b.png":
            raise RuntimeError("a fault of ours")
        return whole(name, data, **limits)

    monkeypatch.setattr(uploads, "check_upload", falls)
    lines = told("upload", folder / "b.png", folder / "c.pdf", code=1)
    assert [[each["code"] for each in line["findings"]] for line in lines] == [["failed"], ["empty"]]
    assert "RuntimeError" in lines[0]["findings"][0]["en"]


def test_names_that_are_no_text_and_things_that_are_no_files_have_their_lines(tmp_path):
    strange = tmp_path / "\udcff.jpg"
    strange.write_bytes(b"hello")
    (line,) = told("upload", strange)
    assert line["file"].endswith("\\xff.jpg")
    (line,) = told("upload", "/dev/null", code=1)
    assert [each["code"] for each in line["findings"]] == ["no_file"]


def test_the_command_is_among_those_of_the_house(app):
    assert {"photo", "passport", "upload"} <= set(app.cli.commands["intake"].commands)


def test_without_its_engine_a_check_says_that_it_did_not_run_and_the_officer_looks(folder, monkeypatch):
    from workflow.intake import photo

    monkeypatch.setattr(photo, "MODELS", folder)
    monkeypatch.setattr(photo.examine_photo, "__kwdefaults__", {**photo.examine_photo.__kwdefaults__, "models": folder})
    (line,) = told("photo", folder / "a.jpg")
    assert "engine" in {each["code"] for each in line["findings"]}
    assert "faces" in line["checks_not_run"]


def test_without_the_reader_of_text_a_passport_says_so_and_the_file_is_still_looked_at(folder, monkeypatch):
    from workflow.intake import looks
    from workflow.intake.passport_page import PassportReport

    monkeypatch.setattr(looks, "read_passport", lambda *_: PassportReport(not_run=("ocr",)))
    (line,) = told("passport", folder / "a.jpg")
    assert (line["verdict"], line["checks_not_run"], line["mrz"]) == ("review", ["ocr"], [])
    assert [each["code"] for each in line["findings"]] == ["engine"]
