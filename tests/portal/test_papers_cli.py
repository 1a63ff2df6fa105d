"""`flask papers verify`, as an operator types it: plain words, one JSON line a file, an exit code a script can trust. And printing that waits for its signer."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from config import Misconfigured, from_environment
from tests.factories import granted_case
from workflow import certifying, clock, files, issuing, jobs, reissuing, worth
from workflow.documents import attached, claims, credential, render, sign, verify
from workflow.documents.credential import payload_of
from workflow.models import Outbox, PaperRow, db, writing
from workflow.notice import NoticeState
from workflow.papers import Paper


@pytest.fixture
def notice(app):
    case = granted_case()
    jobs.work()
    db.session.expire_all()
    return next(p for p in case.papers if p.kind is Paper.NOTIFICATION)


@pytest.fixture
def file(notice, tmp_path):
    path = tmp_path / "notice.pdf"
    path.write_bytes(files.read(notice.pdf_sha256))
    return path


@pytest.fixture
def check(app):
    def run(*paths, ends=0):
        done = app.test_cli_runner().invoke(args=["papers", "verify", "--json", *map(str, paths)])
        assert done.exit_code == ends, done.output
        return [json.loads(line) for line in done.output.splitlines()]

    return run


def test_a_paper_as_it_was_printed_is_good_and_says_why(app, notice, file):
    done = app.test_cli_runner().invoke(args=["papers", "verify", str(file)])
    assert done.exit_code == 0
    for words in (
        f"{file}: good", "certified by   SPECIMEN 样张", "covers all of it; nothing was changed since", f"notification {notice.number}, code {notice.ref}",
        "agree with the code, agree with the page", "in force",
    ):  # fmt: skip
        assert words in done.output


def test_one_json_line_a_file_and_one_bad_file_makes_the_exit_code_1(check, notice, file, tmp_path):
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    (tmp_path / "text.pdf").write_text("no paper")
    good, bad, none = check(file, tmp_path / "changed.pdf", tmp_path / "text.pdf", ends=1)
    assert (good["good"], good["whole"], good["unchanged"], good["code_agrees"], good["page_agrees"], good["status"]) == (True, True, True, True, True, "in_force")
    assert good["facts"]["ref"] == notice.ref
    assert good["facts"]["passport_last4"] == notice.facts["passport_no"][-4:]
    assert "YB00" not in json.dumps(good)
    assert (bad["good"], bad["unchanged"], bad["problems"]) == (False, False, ["the file was changed after it was certified"])
    assert none["good"] is False


def test_every_paper_of_a_case_is_good(check, notice, tmp_path):
    paths = []
    for paper in db.session.scalars(sa.select(PaperRow)):
        paths.append(tmp_path / f"{paper.number}.pdf")
        paths[-1].write_bytes(files.read(paper.pdf_sha256))
    assert len(paths) >= 3
    assert {row["status"] for row in check(*paths)} == {"in_force", "on_record"}


def test_a_cancelled_paper_and_one_past_its_months_are_not_good(check, notice, file):
    with writing() as session:
        session.get_one(PaperRow, notice.id).valid_until = clock.today().replace(year=2020)
    (row,) = check(file, ends=1)
    assert (row["status"], row["unchanged"]) == ("past", True)
    with writing() as session:
        session.get_one(PaperRow, notice.id).state = NoticeState.CANCELLED
    assert check(file, ends=1)[0]["problems"] == ["cancelled"]


def test_the_paper_of_a_revoked_key_is_not_good_and_the_one_issued_anew_is(app, check, notice, file, tmp_path):
    credential.Keyring.create(app.config["PORTAL"].keys_dir)
    credential.Keyring.mark(app.config["PORTAL"].keys_dir, notice.kid, credential.REVOKED)
    assert check(file, ends=1)[0]["status"] == "withdrawn_key"
    anew = reissuing.reissue(notice.id)
    jobs.work()
    db.session.expire_all()
    (tmp_path / "anew.pdf").write_bytes(files.read(db.session.get_one(PaperRow, anew.id).pdf_sha256))
    assert check(tmp_path / "anew.pdf")[0]["facts"]["number"] == f"{notice.number}-2"


def test_without_a_database_the_file_alone_is_judged_and_its_status_not_known(check, file, monkeypatch):
    def gone(_paper):
        raise OperationalError("select", {}, Exception("no such table"))

    monkeypatch.setattr(worth, "outcome_of", gone)
    (row,) = check(file)
    assert (row["good"], row["status"]) == (True, "unclear")


def _certified(kind, facts, token, number):
    return certifying.signer().certify(render.render(kind, facts, attached.facts_files(token, number)))


def test_a_certified_page_that_says_something_else_than_its_code_is_not_good(check, notice, file):
    """Even who holds the certificate cannot make page, facts and code disagree unseen."""
    file.write_bytes(_certified("notification", notice.facts | {"name": "SOMEBODY ELSE"}, notice.token, notice.number))
    assert "name" in check(file, ends=1)[0]["problems"][0]
    other = issuing.keyring().sign(claims.encode(claims.decode(payload_of(notice.token)) | {"class": "A"}))
    file.write_bytes(_certified("notification", notice.facts, other, notice.number))
    assert check(file, ends=1)[0]["problems"] == ["the code on the page carries other facts than those attached"]


def test_a_certified_page_without_facts_is_no_paper(check, notice, file):
    file.write_bytes(certifying.signer().certify(render.render("notification", notice.facts)))
    assert "no paper with its facts attached" in check(file, ends=1)[0]["problems"][0]


def test_a_paper_of_another_house_is_not_ours(check, notice, file, tmp_path):
    stranger = sign.ensure_demonstration(tmp_path / "elsewhere")
    file.write_bytes(stranger.certify(render.render("notification", notice.facts, attached.facts_files(notice.token, notice.number))))
    (row,) = check(file, ends=1)
    assert row["problems"] == ["the certificate is not one that is trusted here: it names itself SPECIMEN 样张 demonstration papers, vouched for by SPECIMEN 样张 demonstration authority"]


def test_a_file_that_is_no_paper_says_what_it_is(check, file, tmp_path):
    whole = file.read_bytes()
    for name, data in {"empty": b"", "half": whole[:9000], "more": whole + b"\n", "picture": b"\x89PNG\r\n"}.items():
        (tmp_path / name).write_bytes(data)
    rows = check(*(tmp_path / name for name in ("empty", "half", "more", "picture")), ends=1)
    for row, words in zip(rows, ("empty", "cut off", "1 bytes were added", "a picture (PNG)"), strict=True):
        assert words in row["problems"][0]
        assert (row["good"], row["facts"], row["status"]) == (False, {}, "unclear")


def test_a_signer_that_fails_blocks_no_decision_and_the_paper_is_printed_when_it_is_back(app, monkeypatch):
    settings = app.config["PORTAL"]
    app.config["PORTAL"] = replace(settings, signer_p12=str(settings.data_dir / "lost.p12"))
    case = granted_case()
    jobs.work()
    owed = db.session.scalars(sa.select(Outbox).where(Outbox.task == "print_paper")).all()
    assert owed
    assert all(row.done_at is None and row.failure.startswith("CannotCertify") for row in owed)
    assert all(paper.pdf_sha256 is None for paper in case.papers)
    app.config["PORTAL"] = settings
    with writing() as session:
        session.execute(sa.update(Outbox).values(due_at=clock.now()))
    assert jobs.work() >= len(owed)
    db.session.expire_all()
    assert all(verify.certification(files.read(paper.pdf_sha256), certifying.roots()) for paper in case.papers)


def test_production_without_a_certificate_prints_nothing_unsigned(app):
    app.config["PORTAL"] = replace(app.config["PORTAL"], mode="production")
    with pytest.raises(sign.CannotCertify, match="SIGNER_P12"):
        certifying.signer().certify(b"%PDF-1.7")


def test_production_does_not_start_without_a_certificate_of_its_own(tmp_path):
    given = {"MODE": "production", "SECRET_KEY": "x" * 32, "BASE_URL": "https://portal.example", "KEYS_DIR": str(tmp_path), "DATA_DIR": str(tmp_path)}
    with pytest.raises(Misconfigured, match="SIGNER_P12"):
        from_environment(given)
    assert from_environment(given | {"SIGNER_P12": "/own.p12", "SIGNER_P12_PASSWORD": "hush-hush"}).signer_p12 == "/own.p12"
    assert "hush-hush" not in repr(from_environment(given | {"SIGNER_P12": "/own.p12", "SIGNER_P12_PASSWORD": "hush-hush"}))
