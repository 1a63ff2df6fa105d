"""The rotation drill: keys come and go while papers live. Old papers hold after a rotation; those of a revoked key are refused, listed and issued anew."""

import json

import cbor2
import pytest
import sqlalchemy as sa

from tests.factories import granted_case
from tests.kiosk.conftest import notice_of, registered
from workflow import clock, holding, issuing, jobs, ledger, proving, reissuing, statuslist, worth
from workflow.documents import claims, keyfiles
from workflow.documents.credential import payload_of
from workflow.engine import Refused
from workflow.models import Card, Event, Message, PaperRow, db
from workflow.notice import NoticeState
from workflow.worth import Outcome


@pytest.fixture
def keys(app):
    """`flask keys …` as an operator types it, in another process for all the server knows: its output, and the exit code if it is not 0."""

    def run(*words, ends=0):
        done = app.test_cli_runner().invoke(args=["keys", *words])
        assert done.exit_code == ends, done.output
        return done.output

    return run


def test_a_new_key_signs_and_the_papers_of_the_old_one_hold(keys, notice, visitor):
    assert keys("new").split()[0] != notice.kid
    assert worth.of_text(notice.facts["qr_url"]).outcome is Outcome.IN_FORCE
    later = notice_of(granted_case(passport_no="YB0049001"))
    assert later.kid != notice.kid
    assert "is retired" in keys("retire", notice.kid)
    for paper in (notice, later):
        assert "真实，有效" in visitor.open(f"/v/{paper.ref}").page
        assert worth.of_text(paper.facts["qr_url"]).signed
    assert registered(visitor, notice.ref).path == "/card"


def test_a_server_that_runs_notices_a_rotation_by_itself(keys, notice, visitor):
    def published():
        sets = json.loads(visitor.open("/.well-known/jwks.json").page), cbor2.loads(visitor.open("/.well-known/cose-keys").answer.data)
        kids = [key["kid"] for key in sets[0]["keys"]]
        assert [key[2].decode() for key in sets[1]] == kids
        return kids

    assert published() == [notice.kid]
    new = keys("new").split()[0]
    assert published() == [notice.kid, new]
    keys("retire", notice.kid)
    assert published() == [notice.kid, new]
    keys("revoke", notice.kid, "--yes")
    assert published() == [new]


def test_the_list_of_keys_says_who_signs_and_how_many_papers_each_signed(keys, notice):
    keys("new")
    keys("retire", notice.kid)
    old, new = json.loads(keys("list", "--json"))
    assert (old["kid"], old["state"], old["signs"], old["retired"]) == (notice.kid, "retired", False, clock.today().isoformat())
    assert old["papers"] == old["in_force"] == db.session.scalar(sa.select(sa.func.count()).select_from(PaperRow))
    assert (new["state"], new["signs"], new["papers"]) == ("active", True, 0)
    assert [line.split()[:2] for line in keys("list").splitlines()] == [[old["kid"], "retired"], [new["kid"], "active"]]


def test_the_only_key_is_not_retired_and_a_revoked_one_never_comes_back(keys, notice):
    assert "only key that can sign" in keys("retire", notice.kid, ends=1)
    assert "signs from now on" in keys("revoke", notice.kid, "--yes")
    assert "not taken back" in keys("retire", notice.kid, ends=1)
    assert "not taken back" in keys("revoke", notice.kid, "--yes", ends=1)
    assert "no key none" in keys("retire", "none", ends=1)
    assert granted_case(passport_no="YB0049001").papers[0].kid != notice.kid


def test_revoking_asks_before_it_does_anything(app, notice):
    done = app.test_cli_runner().invoke(args=["keys", "revoke", notice.kid], input="n\n")
    assert done.exit_code == 1
    assert issuing.keyring().states == {notice.kid: "active"}


def test_papers_of_a_revoked_key_are_refused_at_every_door(keys, notice, visitor):
    registering = visitor.open(f"/register/{notice.ref}").path
    keys("revoke", notice.kid, "--yes")
    assert "签名已失效" in visitor.open(f"/v/{notice.ref}").page
    assert "MORETTI" not in visitor.page
    assert worth.of_text(notice.facts["qr_url"]).outcome is Outcome.WITHDRAWN_KEY
    visitor.open("/kiosk/scan").send("/kiosk/read", code=notice.facts["qr_url"])
    assert "签名已失效" in visitor.page
    assert visitor.open(registering).path == f"/v/{notice.ref}"
    with pytest.raises(Refused) as refused:
        holding.open_paper(notice)
    assert refused.value.code == "withdrawn_key"
    assert db.session.query(Card).count() == 0


def test_who_is_half_way_through_registration_when_the_key_is_revoked_is_told_why(keys, notice, visitor):
    from tests.kiosk.conftest import HOLDER

    visitor.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    keys("revoke", notice.kid, "--yes")
    visitor.send("/register/code", code="123456")
    assert "签署本通知的密钥已被撤销" in visitor.page
    assert db.session.query(Card).count() == 0


def test_papers_of_a_revoked_key_are_listed_and_issued_anew(keys, notice, visitor):
    others = [p for p in notice.case.papers if p.id != notice.id]
    keys("revoke", notice.kid, "--yes")
    listed = [json.loads(line) for line in keys("reissue", "--json").splitlines()]
    assert {row["reference"] for row in listed} == {p.ref for p in [*others, notice]}
    said = json.loads(keys("reissue", notice.ref, "--json"))
    db.session.expire_all()
    new = db.session.scalars(sa.select(PaperRow).where(PaperRow.ref == said["new_reference"])).one()
    assert (notice.state, notice.superseded_by, notice.changed_on) == (NoticeState.SUPERSEDED, new, clock.today())
    assert (new.number, new.state, new.kind, new.permit_id) == (f"{notice.number}-2", NoticeState.IN_FORCE, notice.kind, notice.permit_id)
    assert (new.valid_until, new.facts["issued_on"]) == (notice.valid_until, notice.facts["issued_on"])
    assert claims.decode(payload_of(new.token)) == claims.decode(payload_of(notice.token)) | {"ref": new.ref}
    assert "真实，有效" in visitor.open(f"/v/{new.ref}").page
    assert "签名已失效" in visitor.open(f"/v/{notice.ref}").page
    assert notice.ref not in keys("reissue")
    assert registered(visitor, new.ref).path == "/card"


def test_the_new_paper_is_printed_and_the_case_file_and_both_sides_know(keys, notice):
    keys("revoke", notice.kid, "--yes")
    keys("reissue", "--all")
    jobs.work()
    db.session.expire_all()
    assert keys("reissue") == ""
    assert all(p.pdf_sha256 for p in db.session.scalars(sa.select(PaperRow).where(PaperRow.kid != notice.kid)))
    lines = db.session.scalars(sa.select(Event).where(Event.case_id == notice.case_id, Event.trigger == "issue_anew")).all()
    assert {line.facts["former"] for line in lines} == {p.number for p in notice.case.papers if p.kid == notice.kid}
    assert list(ledger.verify()) == []
    told = db.session.scalars(sa.select(Message).where(Message.case_id == notice.case_id, Message.msgid.in_([reissuing.TO_EMPLOYER, reissuing.TO_ENTRANT]))).all()
    assert {m.employer_id for m in told} >= {notice.case.employer_id, None}


def test_a_paper_whose_key_still_counts_is_not_issued_anew(keys, notice):
    assert "Not on the list" in keys("reissue", notice.ref, ends=1)
    with pytest.raises(Refused) as refused:
        reissuing.reissue(notice.id)
    assert refused.value.code == "key_counts"


def test_the_second_re_issue_counts_on(keys, notice):
    keys("revoke", notice.kid, "--yes")
    first = reissuing.reissue(notice.id)
    with pytest.raises(Refused):
        reissuing.reissue(notice.id)
    keys("revoke", first.kid, "--yes")
    assert reissuing.reissue(first.id).number == f"{notice.number}-3"


def test_a_proof_of_today_is_made_again_when_its_key_is_revoked(keys, notice, visitor):
    registered(visitor, notice.ref)
    card = db.session.scalars(sa.select(Card)).one()
    first = proving.prove(card.id)
    assert proving.prove(card.id).id == first.id
    keys("revoke", first.kid, "--yes")
    again = proving.prove(card.id)
    assert again.id != first.id
    assert worth.outcome_of(again) is Outcome.ON_RECORD


def test_the_status_list_names_the_revoked_key_at_once_and_is_signed_by_one_that_counts(keys, notice):
    def withdrawn():
        verdict = issuing.keyring().verify(statuslist.current())
        assert verdict.outcome == "genuine"
        return cbor2.loads(verdict.payload)[statuslist.PRIVATE][3]

    assert withdrawn() == []
    keys("revoke", notice.kid, "--yes")
    assert withdrawn() == [notice.kid]


def test_the_keys_are_files_that_only_their_owner_reads(keys, notice, app):
    keys("new")
    folder = app.config["PORTAL"].keys_dir
    assert folder.stat().st_mode & 0o777 == 0o700
    for row in keyfiles.rows(folder):
        assert (folder / f"{row['kid']}.pem").stat().st_mode & 0o777 == 0o600
