"""What the antivirus has not found clean is opened to nobody: the file, its cleaned copy, and every picture drawn of it, on both sides of the counter."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.journey.samples import sample_file
from tests import factories
from tests.portal.filing import begin, case_of, upload
from tests.workflow.walking import ending_in, legacy
from workflow import files, offering, paper_intake, quarantine
from workflow.engine import Refused
from workflow.models import Case, CaseMaterial, Permit, StoredFile, db, writing

SILENT = "clamd:127.0.0.1:1"
PENDING, STAYS_CLOSED = "正在进行病毒检查", "文件不予打开"


@pytest.fixture
def antivirus(app):
    """antivirus("clamd:…") sets it up."""

    def set_up(setting: str) -> None:
        app.config["PORTAL"] = replace(app.config["PORTAL"], antivirus=setting)

    return set_up


@contextlib.contextmanager
def clamd(answer: bytes) -> Iterator[str]:
    """A daemon on the loopback that gives this answer to every file; its setting."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    with peer, peer.makefile("rb") as stream:
                        assert stream.read(10) == b"zINSTREAM\0"
                        while size := struct.unpack("!I", stream.read(4))[0]:
                            stream.read(size)
                        peer.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"clamd:127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def with_pictures(row: CaseMaterial) -> CaseMaterial:
    """The file as it is after a look: a picture of every kind drawn of it."""
    with writing() as session:
        row = session.get_one(CaseMaterial, row.id)
        row.map_sha256 = row.crop_sha256 = row.offer_sha256 = files.keep(b"a drawing", "image/jpeg").sha256
    return db.session.get_one(CaseMaterial, row.id)


def set_scan(row: CaseMaterial, said: str) -> None:
    with writing() as session:
        session.get_one(StoredFile, row.sha256).scan = said


def test_the_employers_pictures_of_a_held_file_are_closed_until_the_antivirus_has_spoken(sign_in, antivirus):
    lin = sign_in("lin")
    case_id = begin(lin)
    antivirus(SILENT)
    upload(lin, case_id, "photo")
    (row,) = case_of(case_id).live_materials
    row = with_pictures(row)
    assert row.preview_sha256
    places = [f"/applications/{case_id}/materials/{row.id}", *(f"/applications/{case_id}/materials/{row.id}/{which}.img" for which in ("preview", "map", "crop", "offer"))]
    assert [lin.get(place).status for place in places] == [503] * 5
    page = lin.get(f"/applications/{case_id}/attachments", expect=200)
    assert PENDING in page.main
    assert f"materials/{row.id}/preview.img" not in page.body.decode()
    with clamd(b"stream: OK\0") as setting:
        antivirus(setting)
        assert quarantine.again() == 1
    assert [lin.get(place).status for place in places] == [200] * 5
    assert f"materials/{row.id}/preview.img" in lin.get(f"/applications/{case_id}/attachments", expect=200).body.decode()


def test_no_better_photo_is_drawn_of_a_held_one(sign_in, antivirus, who):
    lin = sign_in("lin")
    case_id = begin(lin)
    antivirus(SILENT)
    upload(lin, case_id, "photo")
    (row,) = case_of(case_id).live_materials
    with pytest.raises(Refused) as refusal:
        offering.make(case_id, row.id, by=who("lin"))
    assert refusal.value.code == "held"
    assert "better" not in lin.get(f"/applications/{case_id}/materials/{row.id}/better").path


@pytest.mark.parametrize(("said", "words"), [("held", PENDING), ("infected", STAYS_CLOSED)])
def test_the_officer_opens_neither_a_closed_file_nor_its_pictures_and_reads_why(sign_in, said, words):
    case = factories.filed_case()
    row = with_pictures(next(m for m in case.live_materials if m.kind == "photo"))
    zhou = sign_in("zhou")
    places = [f"/review/{case.id}/files/{row.id}", *(f"/review/{case.id}/files/{row.id}/{which}.img" for which in ("preview", "map", "crop"))]
    assert [zhou.get(place).status for place in places] == [200] * 4
    set_scan(row, said)
    assert [zhou.get(place).status for place in places] == [503] * 4
    page = zhou.get(f"/review/{case.id}?file={row.id}", expect=200)
    assert words in page.main
    assert f'<img src="/review/{case.id}/files/{row.id}"' not in page.body.decode()


@pytest.fixture
def old(app) -> Permit:
    permit = legacy(ending_in(200), claimed=False)
    with writing() as session:
        session.get_one(Case, permit.case_id).decided_at = datetime(2024, 11, 1, tzinfo=UTC)
    return db.session.get_one(Permit, permit.id)


def take_in(permit: Permit) -> Case:
    with factories.quick():
        return paper_intake.take_in(permit.id, {"ground": "old_notice"}, {"cancellation_letter": sample_file("cancellation_letter")}, by=factories.person("huang"))


def test_a_letter_scanned_at_the_window_is_held_like_any_file_and_the_visitor_is_served(old, antivirus, sign_in):
    antivirus(SILENT)
    case = take_in(old)
    assert case.papers
    (letter,) = case.live_materials
    assert letter.stored.scan == "held"
    lin = sign_in("lin")
    assert lin.get(f"/applications/{case.id}/materials/{letter.id}").status == 503
    with clamd(b"stream: OK\0") as setting:
        antivirus(setting)
        assert quarantine.again() == 1
    assert lin.get(f"/applications/{case.id}/materials/{letter.id}").status == 200


def test_an_infected_letter_is_refused_at_the_window_and_nothing_is_cancelled(old, antivirus):
    with clamd(b"stream: Eicar-Test-Signature FOUND\0") as setting:
        antivirus(setting)
        with pytest.raises(Refused) as refusal:
            take_in(old)
    assert refusal.value.code == "at:material.cancellation_letter"
    assert db.session.get_one(Permit, old.id).in_force()
