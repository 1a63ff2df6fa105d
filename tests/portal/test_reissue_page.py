"""Papers of a revoked key, issued anew by the administrator of their authority: listed, stepped up, done by the worker, in the journal; nobody else's business."""

import time

import pyotp
import pytest
import sqlalchemy as sa

from portal import seeds
from tests.driving import browse
from tests.factories import granted_case
from workflow import issuing, jobs, ledger, reissuing
from workflow.documents.credential import REVOKED, Keyring
from workflow.engine import Refused
from workflow.models import Event, Outbox, PaperRow, User, db
from workflow.roles import Actor, Role

CHOSEN, ALL = "重新签发所选文书", "全部重新签发（4 份）"


@pytest.fixture
def papers(app) -> list[PaperRow]:
    """The papers of a granted case, oldest first, whose key was revoked."""
    case = granted_case()
    folder = app.config["PORTAL"].keys_dir
    old = issuing.keyring().signing
    Keyring.create(folder)
    Keyring.mark(folder, old, REVOKED)
    found = [paper for paper in sorted(case.papers, key=lambda p: p.id) if paper.kid == old]
    assert len(found) == 4
    return found


def person(short: str) -> dict:
    return next(a for a in seeds.accounts() if a["sign_in"].startswith(f"{short}@"))


@pytest.fixture
def admin(app):
    account = person("admin")
    return browse(app).sign_in(account["sign_in"], account["password"], account["totp_secret"])


def fresh_code() -> str:
    """A code that signing in has not spent: the steps it knew are forgotten."""
    secret = person("admin")["totp_secret"]
    db.session.execute(sa.update(User).where(User.email == person("admin")["sign_in"]).values(totp_last_step=0))
    db.session.commit()
    return pyotp.TOTP(secret).at(int(time.time()))


def anew() -> list[PaperRow]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(PaperRow).where(PaperRow.superseded_by_id.is_not(None))))


def test_those_chosen_are_issued_anew_by_the_worker_and_stand_in_the_journal(admin, papers):
    page = admin.get("/admin/reissue", expect=200)
    assert all(paper.number in page.text for paper in papers)
    done = admin.submit({"paper": papers[0].id, "code": fresh_code()}, form="/admin/reissue", button=CHOSEN)
    assert done.path == "/admin/reissue"
    jobs.work()
    assert [paper.id for paper in anew()] == [papers[0].id]
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "issue_anew")).one()
    assert (line.facts["former"], line.role.value) == (papers[0].number, "admin")
    assert list(ledger.verify()) == []
    page = admin.get("/admin/reissue", expect=200)
    assert f"{papers[0].number}-2" in page.text
    assert line.actor_name in page.text
    assert f"已重新签发 1 份，共 {len(papers)} 份" in page.text


def test_all_are_issued_once_however_often_they_are_promised(app, admin, papers):
    admin.get("/admin/reissue", expect=200)
    admin.submit({"code": fresh_code()}, form="/admin/reissue", button=ALL)
    by = db.session.scalars(sa.select(User).where(User.email == person("admin")["sign_in"])).one()
    if reissuing.affected(by.authority_id):  # the worker has not begun: a second promise adds nothing
        assert reissuing.promise(None, by=by) == 0
    jobs.work()
    assert len(anew()) == len(papers)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox).where(Outbox.task == reissuing.TASK, Outbox.done_at.is_(None))) == 0
    with pytest.raises(Refused, match="None of these papers"):
        reissuing.promise(None, by=by)


@pytest.mark.parametrize(("button", "code"), [(ALL, ""), (ALL, "000000"), (CHOSEN, "fresh")])
def test_without_a_fresh_code_or_a_choice_nothing_is_promised(admin, papers, button, code):
    admin.get("/admin/reissue", expect=200)
    assert admin.submit({"code": fresh_code() if code == "fresh" else code}, form="/admin/reissue", button=button).status == 422
    jobs.work()
    assert anew() == []


def test_a_code_counts_once(admin, papers):
    code = fresh_code()
    admin.get("/admin/reissue", expect=200)
    admin.submit({"paper": papers[0].id, "code": code}, form="/admin/reissue", button=CHOSEN)
    admin.get("/admin/reissue", expect=200)
    assert admin.submit({"paper": papers[1].id, "code": code}, form="/admin/reissue", button=CHOSEN).status == 422


def test_another_authority_and_other_roles_have_no_part_in_it(app, papers):
    bai, zhou = person("bai"), person("zhou")
    stranger = browse(app).sign_in(bai["sign_in"], bai["password"], bai["totp_secret"])
    officer = browse(app).sign_in(zhou["sign_in"], zhou["password"], zhou["totp_secret"])
    assert officer.get("/admin/reissue").status in (403, 404)
    other = stranger.get("/admin/reissue")
    assert other.status in (403, 404) or papers[0].number not in other.text
    by = db.session.scalars(sa.select(User).where(User.email == zhou["sign_in"])).one()
    with pytest.raises(Refused, match="another office"):
        reissuing.promise([papers[0].id], by=by)

    class Elsewhere(Actor):
        authority_id = papers[0].case.authority_id + 1000

    with pytest.raises(Refused, match="None of these papers"):
        reissuing.promise([papers[0].id], by=Elsewhere("elsewhere", (Role.ADMIN,)))
