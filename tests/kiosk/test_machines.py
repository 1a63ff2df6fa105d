"""The machines in the halls: known by a key, told apart in the case file, well or not, and out of service in one step."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.driving import browse
from tests.kiosk.conftest import HOLDER, PASSWORD, Visitor, last_code, registered
from workflow import ledger, machines
from workflow.engine import Refused
from workflow.models import Event, Machine, Visit, db


@pytest.fixture
def live(app):
    """The same house as production has it: hall mode for enrolled machines only."""
    app.config["PORTAL"] = replace(app.config["PORTAL"], mode="production")
    return app


@pytest.fixture
def enrolled(live, visitor):
    """A visitor at the machine of the east hall."""
    code = machines.offer("东厅 1 号机")
    visitor.open(f"/kiosk/enrol?code={code}").send("/kiosk/enrol")
    return visitor


def row() -> Machine:
    db.session.rollback()
    return db.session.scalars(sa.select(Machine)).one()


def test_another_browser_is_led_to_the_pages_for_phones(live, visitor, notice):
    for page in ("/kiosk", "/kiosk/scan", "/kiosk/scan/type", "/kiosk/health"):
        assert visitor.open(page).path == "/v", page
    assert visitor.open(f"/v/{notice.ref}").status == 200


def test_a_code_is_good_once_and_opens_the_hall(enrolled):
    assert enrolled.path == "/kiosk/health"
    assert "东厅 1 号机" in enrolled.page
    assert enrolled.open("/kiosk").path == "/kiosk"
    cookie = enrolled.client.get_cookie("machine")
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.value not in str(row().key_hash)


@pytest.mark.parametrize("code", ["", "WRONG", "2" * 12, "%s"])
def test_a_wrong_code_enrols_nothing(live, visitor, code):
    machines.offer("东厅 1 号机")
    visitor.open("/kiosk/enrol").send("/kiosk/enrol", code=code)
    assert visitor.status == 422
    assert row().enrolled_at is None
    assert visitor.open("/kiosk").path == "/v"


def test_a_spent_or_late_code_enrols_nothing(app, later):
    code = machines.offer("东厅 1 号机")
    machines.enrol(code)
    with pytest.raises(Refused, match="does not fit"):
        machines.enrol(code)
    code = machines.offer("东厅 2 号机")
    later(minutes=61)
    with pytest.raises(Refused, match="does not fit"):
        machines.enrol(code)


def test_guessing_codes_locks_enrolling_for_a_while(app, later):
    code = machines.offer("东厅 1 号机")
    for _ in range(machines.GUESSES):
        with pytest.raises(Refused):
            machines.enrol("GUESS")
    with pytest.raises(Refused) as refused:
        machines.enrol(code)
    assert refused.value.code == "locked"
    later(minutes=machines.GUESSES_MINUTES + 1)
    assert machines.enrol(code)[0].name == "东厅 1 号机"


def test_the_case_file_names_the_machine(enrolled, notice):
    enrolled.open("/kiosk").open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref)
    enrolled.open("/register").send("/register", **HOLDER)
    enrolled.send("/register/code", code=last_code()).send("/register/password", password=PASSWORD, again=PASSWORD)
    line = db.session.scalars(sa.select(Event).where(Event.trigger == "register")).one()
    assert line.facts == {"at": "kiosk", "machine": "东厅 1 号机", "paper": notice.number}
    enrolled.open("/card/lock").send("/card/lock")
    assert db.session.scalars(sa.select(Event).where(Event.trigger == "lock")).one().facts == {"machine": "东厅 1 号机"}
    assert list(ledger.verify()) == []
    assert row().read_at is not None


def test_signing_in_and_disputing_at_a_machine_name_it_too(enrolled, another, notice, later):
    registered(another, notice.ref)
    later(minutes=2)
    enrolled.open("/card/sign-in").send("/card/sign-in", number=notice.permit.person.permit_number, password=PASSWORD).send("/card/code", code=last_code())
    assert enrolled.path == "/card"
    assert said("sign_in") == {"at": "kiosk", "machine": "东厅 1 号机"}
    assert enrolled.client.get_cookie("device", path="/card") is None  # a machine is nobody's own phone
    enrolled.open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref)
    assert 'href="/register/dispute"' in enrolled.page
    enrolled.open("/register/dispute")
    assert notice.ref not in enrolled.page
    enrolled.send("/register/dispute", **HOLDER)
    assert said("dispute") == {"at": "kiosk", "machine": "东厅 1 号机", "paper": notice.number}
    assert list(ledger.verify()) == []


def test_five_misses_at_a_machine_name_it_though_no_visit_had_begun(enrolled, notice):
    for _ in range(5):
        enrolled.open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER | {"passport": "X0000000"})
    assert said("registration_locked") == {"at": "kiosk", "machine": "东厅 1 号机", "paper": notice.number}


def test_what_was_typed_before_goodbye_is_not_sent_again_by_who_comes_next(enrolled, notice):
    enrolled.open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref).open("/register")
    typed = HOLDER | {"csrf_token": enrolled.token()}
    enrolled.asks("POST", "/goodbye?at=kiosk", data={"csrf_token": enrolled.token()})
    enrolled.asks("POST", "/register", data=typed)
    assert enrolled.path == "/kiosk"
    assert HOLDER["passport"] not in enrolled.page


def said(trigger: str) -> dict:
    db.session.rollback()
    return dict(db.session.scalars(sa.select(Event).where(Event.trigger == trigger)).one().facts)


def test_a_revoked_machine_ends_its_visits_and_leaves_the_hall(enrolled, notice, who):
    enrolled.open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref)
    machines.revoke(row().id, by=who("admin"))
    assert db.session.scalars(sa.select(Visit).where(Visit.ended_at.is_(None))).all() == []
    assert enrolled.open("/kiosk").path == "/v"
    assert machines.standing(row()) == "revoked"


def test_goodbye_spares_the_key_and_nothing_else(enrolled, notice):
    enrolled.open("/kiosk/scan?lang=ja").open("/kiosk/scan/type").send("/kiosk/read", code=notice.ref)
    answer = enrolled.asks("POST", "/goodbye?at=kiosk", follow=False, data={"csrf_token": enrolled.token()}).answer
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [name for name in ("visit", "tongue", "session", "machine") if enrolled.client.get_cookie(name)] == ["machine"]
    assert enrolled.open("/kiosk").path == "/kiosk"


def test_a_machine_says_how_it_is_and_silence_is_noticed(enrolled, later):
    assert row().health == {}
    enrolled.asks("POST", "/kiosk/pulse", data={"version": "abc", "camera": "there", "reader": "there", "name": "Moretti"}, headers={"User-Agent": "Mozilla/5.0 Chrome/148.0"})
    assert enrolled.status == 204
    assert row().health == {"version": "abc", "camera": "there", "reader": "there", "browser": "Chrome 148"}
    assert machines.standing(row()) == "in_service"
    later(minutes=6)
    assert machines.standing(row()) == "silent"


def test_a_pulse_of_nobody_is_not_heard(live, visitor):
    assert visitor.asks("POST", "/kiosk/pulse", data={"camera": "there"}).path == "/v"
    assert db.session.query(Machine).count() == 0


def test_a_demonstration_has_one_machine_by_itself(app, visitor):
    assert visitor.open("/kiosk/health").path == "/kiosk/health"
    assert machines.DEMONSTRATION in visitor.page
    visitor.open("/kiosk")
    assert db.session.query(Machine).count() == 1


def test_the_machine_of_a_demonstration_can_be_revoked_as_well(app, visitor, who):
    visitor.open("/kiosk")
    machines.revoke(row().id, by=who("admin"))
    assert visitor.open("/kiosk").path == "/v"


def test_the_command_prints_a_link_and_decode_is_beside_it(live):
    run = live.test_cli_runner()
    link = run.invoke(args=["kiosk", "enrol", "西厅 2 号机"]).output.strip()
    assert link.startswith("http://portal.example/kiosk/enrol?code=")
    assert machines.enrol(link.rpartition("=")[2])[0].name == "西厅 2 号机"
    assert "西厅 2 号机  in_service" in run.invoke(args=["kiosk", "list"]).output


def test_the_administrator_enrols_sees_and_revokes(app, sign_in_admin):
    admin = sign_in_admin
    page = admin.submit({"name": "北厅 3 号机"}, form=admin.get("/admin/kiosks", expect=200).form("/admin/kiosks", ["name"]))
    assert "/kiosk/enrol?code=" in page.text
    machine = row()
    assert (machine.name, machines.standing(machine)) == ("北厅 3 号机", "offered")
    admin.get("/admin/kiosks", expect=200)
    admin.submit(form=f"/admin/kiosks/{machine.id}/revoke")
    assert machines.standing(row()) == "revoked"


def test_a_machine_of_another_authority_is_not_there(app, who):
    machines.offer("东厅 1 号机", by=who("admin"))
    stranger = replace_reach(who("admin"))
    with pytest.raises(Refused):
        machines.revoke(row().id, by=stranger)
    with pytest.raises(Refused):
        machines.offer("东厅 1 号机", by=stranger)


def replace_reach(admin):
    from workflow.roles import Actor, Role

    class Other(Actor):
        authority_id = admin.authority_id + 1000

    return Other("other", (Role.ADMIN,))


@pytest.fixture
def sign_in_admin(app):
    from portal import seeds

    account = next(a for a in seeds.accounts() if a["sign_in"].startswith("admin@"))
    return browse(app).sign_in(account["sign_in"], account["password"], account["totp_secret"])


def test_two_machines_hold_two_keys(live):
    first, second = Visitor(live), Visitor(live)
    for visitor, name in ((first, "一"), (second, "二")):
        visitor.open(f"/kiosk/enrol?code={machines.offer(name)}").send("/kiosk/enrol")
    assert first.client.get_cookie("machine").value != second.client.get_cookie("machine").value
    assert "<h1>一" in first.open("/kiosk/health").page
    assert "<h1>二" in second.open("/kiosk/health").page
