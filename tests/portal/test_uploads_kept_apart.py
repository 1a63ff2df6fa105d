"""Uploads through the door: in parts and cut in the middle, over the quota, and held until the antivirus has spoken."""

import hashlib
import socket
import struct
import threading
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from portal.journey.samples import sample_pdf
from tests.portal.filing import begin, case_of, upload
from workflow import quarantine, quotas
from workflow.models import StoredFile

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def live(case_id, kind="degree"):
    return [m for m in case_of(case_id).live_materials if m.kind == kind]


@pytest.fixture
def set_up(app):
    """Change settings of the running house: set_up(antivirus="…")."""

    def change(**values):
        app.config["PORTAL"] = replace(app.config["PORTAL"], **values)

    return change


class Line:
    """Requests of a script on the page: the session of a signed-in browser with its token, any method and headers."""

    def __init__(self, browser):
        self.send_raw, self.token = browser.transport.send, browser.page.form("upload-degree").hidden["csrf_token"]

    def send(self, method, path, data=b"", **headers):
        said = {"X-CSRFToken": self.token, **{name.replace("_", "-"): str(value) for name, value in headers.items()}}
        if isinstance(data, dict):
            said["Content-Type"], data = "application/x-www-form-urlencoded", urlencode(data, doseq=True).encode()
        return self.send_raw(method, path.removeprefix("http://localhost"), said, data)


@pytest.fixture
def line(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    lin.get(f"/applications/{case_id}/attachments", expect=200)
    return Line(lin), case_id


def test_an_upload_cut_in_the_middle_is_taken_up_and_attached(line):
    wire, case_id = line
    data = sample_pdf("degree")
    place = f"/applications/{case_id}/attachments/degree/parts"
    said = {"name": "学位证.pdf", "size": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}
    begun = wire.send("POST", place, said)
    assert begun.status == 201, begun.body
    where, half = begun.headers["location"], len(data) // 2
    piece = {"Content_Type": "application/offset+octet-stream"}
    assert wire.send("PATCH", where, data[:half], Upload_Offset=0, **piece).status == 204
    # the line breaks here; the script asks how far it came
    asked = wire.send("HEAD", where)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == (str(half), str(len(data)))
    early = wire.send("POST", where, {})
    assert (early.status, early.headers["upload-offset"]) == (409, str(half))
    twice = wire.send("PATCH", where, data[:half], Upload_Offset=0, **piece)
    assert (twice.status, twice.headers["upload-offset"]) == (409, str(half))
    assert live(case_id) == []
    assert wire.send("PATCH", where, data[half:], Upload_Offset=half, **piece).status == 204
    assert wire.send("POST", where, {}).status in (200, 303)
    (row,) = live(case_id)
    assert (row.name, row.sha256) == ("学位证.pdf", hashlib.sha256(data).hexdigest())
    assert wire.send("HEAD", where).status == 404


def test_parts_of_a_bad_file_are_refused_as_the_plain_form_refuses_it(line):
    wire, case_id = line
    place = f"/applications/{case_id}/attachments/degree/parts"
    assert wire.send("POST", place, {"name": "a.pdf", "size": str(21 * 1024**2)}).status == 422
    assert wire.send("POST", place, {"name": "a.pdf", "size": "²"}).status == 422
    begun = wire.send("POST", place, {"name": "a.pdf", "size": "12"})
    assert wire.send("PATCH", begun.headers["location"], b"MZ not a pdf", Upload_Offset=0, Content_Type="application/offset+octet-stream").status == 204
    assert wire.send("POST", begun.headers["location"], {}).status == 422
    assert live(case_id) == []


def test_uploads_in_parts_beyond_the_limit_of_a_kind_are_named_and_the_others_are_there(line):
    wire, case_id = line
    tokens = []
    for n in (1, 2, 3):
        data = sample_pdf(f"contract {n}", 1)
        begun = wire.send("POST", f"/applications/{case_id}/attachments/contract/parts", {"name": f"contract-{n}.pdf", "size": str(len(data))})
        where = begun.headers["location"]
        assert wire.send("PATCH", where, data, Upload_Offset=0, Content_Type="application/offset+octet-stream").status == 204
        tokens.append(where.rsplit("/", 1)[-1])
    page = wire.send("POST", f"/applications/{case_id}/attachments/contract", {"do": "upload", "parts": tokens})
    assert page.status == 422
    assert "最多放 2 个文件。以下文件没有收下：contract-3.pdf" in page.body.decode()
    assert [m.name for m in live(case_id, "contract")] == ["contract-1.pdf", "contract-2.pdf"]


def test_parts_of_somebody_else_are_unknown(line, sign_in):
    wire, case_id = line
    begun = wire.send("POST", f"/applications/{case_id}/attachments/degree/parts", {"name": "a.pdf", "size": "12"})
    fu = sign_in("fu")
    fu_case = begin(fu)
    fu.get(f"/applications/{fu_case}/attachments", expect=200)
    other = Line(fu)
    assert other.send("HEAD", begun.headers["location"]).status == 404
    token = begun.headers["location"].rsplit("/", 1)[-1]
    assert other.send("HEAD", f"/applications/{fu_case}/parts/{token}").status == 404


@pytest.mark.parametrize(("setting", "words"), [("quota_case_mb", "此申请"), ("quota_employer_mb", "本单位")])
def test_over_the_quota_a_file_is_refused_with_what_it_would_be_and_the_limit(sign_in, set_up, setting, words):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree")
    set_up(**{setting: 1})
    upload(lin, case_id, "experience", "b.pdf", sample_pdf("experience") + b"\n%" + b" " * 1024**2 + b"\n%%EOF\n")
    assert lin.page.status == 422
    assert "1 MB" in lin.page.problems[0]
    assert words in lin.page.problems[0]
    assert live(case_id, "experience") == []
    set_up(**{setting: 0})
    upload(lin, case_id, "experience")
    assert len(live(case_id, "experience")) == 1


def test_a_file_attached_twice_counts_once(sign_in, app):
    lin = sign_in("lin")
    case_id = begin(lin)
    for _ in range(2):
        upload(lin, case_id, "degree")
    case = case_of(case_id)
    assert quotas.held(type(case).id == case_id) == len(sample_pdf("degree")) or len({m.sha256 for m in case.materials}) == 2


def test_without_an_antivirus_files_pass_and_are_recorded_as_unscanned(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree")
    assert live(case_id)[0].stored.scan == "unscanned"


def test_a_silent_antivirus_holds_the_file_until_it_speaks(sign_in, set_up):
    lin = sign_in("lin")
    case_id = begin(lin)
    set_up(antivirus="clamd:/nowhere/clamd.sock")
    upload(lin, case_id, "degree")
    assert lin.page.status == 200
    (row,) = live(case_id)
    assert row.stored.scan == "held"
    assert lin.get(f"/applications/{case_id}/materials/{row.id}").status == 503
    assert any(p.target == "material.degree" and "virus" in p.msgid for p in case_of(case_id).faults)
    assert quarantine.again() == 0
    set_up(antivirus="command:true")
    assert quarantine.again() == 1
    assert live(case_id)[0].stored.scan == "clean"
    assert lin.get(f"/applications/{case_id}/materials/{row.id}").status == 200


def test_an_infected_file_is_refused_and_one_found_later_stays_closed(sign_in, set_up):
    lin = sign_in("lin")
    case_id = begin(lin)
    set_up(antivirus="command:grep -q -v -z EICAR")
    set_up(antivirus="command:false")
    upload(lin, case_id, "degree")
    assert lin.page.status == 422
    assert live(case_id) == []
    set_up(antivirus="command:sh -c 'exit 2'")
    upload(lin, case_id, "degree")
    set_up(antivirus="command:false")
    assert quarantine.again() == 1
    (row,) = live(case_id)
    assert row.stored.scan == "infected"
    assert lin.get(f"/applications/{case_id}/materials/{row.id}").status == 503


@pytest.mark.parametrize(("setting", "said"), [("", "unscanned"), ("command:true", "clean"), ("command:false", "infected"), ("command:sh -c 'exit 3'", "held"), ("command:/no/such/program", "held"), ("rubbish", "held"), ("clamd:127.0.0.1:1", "held")])
def test_only_a_clear_word_is_clean(setting, said):
    assert quarantine.scan(b"bytes", setting).said == said


@pytest.mark.parametrize(("answer", "said"), [(b"stream: OK\0", "clean"), (b"stream: Eicar-Test-Signature FOUND\0", "infected"), (b"INSTREAM size limit exceeded. ERROR\0", "held"), (b"", "held")])
def test_the_daemon_is_spoken_to_in_its_own_way(answer, said):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            peer, _ = server.accept()
            with peer, peer.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := struct.unpack("!I", stream.read(4))[0]:
                    heard.append(stream.read(size))
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        got = quarantine.scan(EICAR * 9000, f"clamd:127.0.0.1:{server.getsockname()[1]}")
        thread.join(10)
    assert got.said == said
    assert b"".join(heard) == EICAR * 9000
    if said == "infected":
        assert "Eicar-Test-Signature" in got.finding.sentence()


def test_a_file_once_clean_is_not_closed_by_a_later_silence():
    row = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", scan="clean")
    quarantine.note(row, quarantine.Answer("held"))
    assert row.scan == "clean"


def test_authentication_and_translation_are_asked_beside_the_file_and_a_lacking_one_is_named(sign_in):
    lin = sign_in("lin")
    case_id = begin(lin)
    upload(lin, case_id, "degree")
    lin.get(f"/applications/{case_id}/attachments", expect=200)
    form = next(f for f in lin.page.forms if "authentication" in f.names)
    lin.submit({"authentication": "none", "translation": "attached"}, form=form, button="date")
    assert lin.page.status == 200
    (row,) = live(case_id)
    assert (row.authentication, row.translation) == ("none", "attached")
    assert "附加证明书" in lin.page.main
    assert any(p.target == "material.degree" for p in case_of(case_id).faults)
    form = next(f for f in lin.page.forms if "authentication" in f.names)
    lin.submit({"authentication": "apostille"}, form=form, button="date")
    assert (live(case_id)[0].authentication, live(case_id)[0].translation) == ("apostille", "attached")
    assert not [p for p in case_of(case_id).faults if p.target == "material.degree"]
