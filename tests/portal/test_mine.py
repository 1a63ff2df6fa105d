"""我的在办件 and its neighbours: what waits stands first, lists are scoped, searched and paged without gaps."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.applications import keyset
from tests import factories
from tests.driving import htmx, words
from workflow import clock
from workflow.models import Case, Permit, db, writing


def _names(page) -> list[str]:
    return [words(e) for row in page.all("tr") for th in row.iter("th") if th.get("scope") == "row" for e in th.iter("b")]


def test_what_waits_for_the_employer_stands_on_top_with_its_count_and_its_day(sign_in):
    factories.filed_case(surname="TANAKA", given_names="HARUTO")
    factories.returned_case(surname="NGUYEN", given_names="MAI ANH")
    lin = sign_in("lin")
    page = lin.get("/applications/mine", expect=200)
    assert _names(page) == ["NGUYEN MAI ANH", "TANAKA HARUTO"]
    first = page.all("tr", "mine")
    assert len(first) == 1
    assert "补正 2 项" in words(first[0])
    assert "工作日" in words(first[0])
    assert page.main.startswith("我的在办件1 件等您补正")
    assert [words(b) for b in page.all("div", "figures")[0].iter("b")] == ["1", "1", "0", "3"]


def test_an_employer_sees_its_own_cases_only(sign_in):
    factories.filed_case()
    page = sign_in("fu").get("/applications/mine", expect=200)
    assert _names(page) == []
    for path in ("drafts", "closed", "papers"):
        assert "MORETTI" not in sign_in("fu").get(f"/applications/{path}", expect=200).main


def test_search_finds_by_name_or_number_and_repeats_what_was_searched_when_it_finds_nothing(sign_in):
    case = factories.filed_case(surname="O'BRIEN", given_names="SEAN")
    factories.filed_case(surname="TANAKA", given_names="HARUTO")
    lin = sign_in("lin")
    lin.get("/applications/mine")
    assert _names(lin.submit({"q": "o'br"}, form="/applications/mine")) == ["O'BRIEN SEAN"]
    assert _names(lin.get(f"/applications/mine?q={case.number}")) == ["O'BRIEN SEAN"]
    page = lin.get("/applications/mine?q=%25_<script>")
    assert _names(page) == []
    assert "%_<script>" in page.main
    assert page.link("清除") == "/applications/mine"
    assert lin.fragment("/applications/mine?q=tan", "cases").html.lstrip().startswith('<section class="sheet flush" id="cases"')
    assert lin.fragment("/applications/mine", "cases").headers["vary"].find("HX-Request") >= 0


def test_the_figures_are_filters(sign_in):
    factories.filed_case(surname="TANAKA", given_names="HARUTO")
    factories.returned_case(surname="NGUYEN", given_names="MAI ANH")
    lin = sign_in("lin")
    assert _names(lin.get("/applications/mine?show=waiting")) == ["NGUYEN MAI ANH"]
    assert _names(lin.get("/applications/mine?show=moving")) == ["TANAKA HARUTO"]
    assert _names(lin.get("/applications/mine?show=expiring")) == []


def test_the_nearest_end_of_a_permit_is_said_with_the_day_by_which_it_is_extended(sign_in):
    case = factories.granted_case(surname="KIM", given_names="MINJUN")
    with writing():
        permit = db.session.query(Permit).filter_by(case_id=case.id).one()
        permit.valid_from, permit.valid_to = clock.today() - timedelta(days=300), clock.today() + timedelta(days=60)
    lin = sign_in("lin")
    page = lin.get("/applications/mine", expect=200)
    assert "KIM MINJUN" in words(page.by_id("duty"))
    assert _names(lin.get("/applications/mine?show=expiring")) == ["KIM MINJUN"]


def test_a_case_of_the_old_system_is_closed_on_the_day_it_was_decided(sign_in):
    case = factories.granted_case()
    with writing() as session:
        session.get_one(Case, case.id).decided_at = datetime(2024, 5, 6, 2, tzinfo=UTC)
    assert "2024-05-06" in sign_in("lin").get("/applications/closed", expect=200).main


def test_paging_by_key_shows_every_case_once_forwards_and_backwards(sign_in, monkeypatch):
    monkeypatch.setattr(keyset, "SIZE", 2)
    monkeypatch.setattr(keyset.page, "__kwdefaults__", {"descending": False, "size": 2})
    factories.returned_case(surname="A", given_names="")
    for letter in "BCDE":
        factories.filed_case(surname=letter, given_names="")
    lin = sign_in("lin")
    pages = [_names(lin.get("/applications/mine"))]
    while any(w == "下一页" for w, _ in lin.page.links):
        pages.append(_names(lin.follow("下一页")))
    assert pages == [["A", "B"], ["C", "D"], ["E"]]
    assert _names(lin.follow("上一页")) == ["C", "D"]
    assert _names(lin.follow("上一页")) == ["A", "B"]
    assert not any(w == "上一页" for w, _ in lin.page.links)
    for odd in ("after=x", "after=1.2.3", f"after=0.9999-12-31.{10**30}", "before=..", "rows=9" * 30):
        assert lin.get(f"/applications/mine?{odd}").status == 200, odd


def test_drafts_say_where_to_go_on_and_every_handler_may(sign_in):
    factories.draft_case(birth_place="")
    tang = sign_in("tang")
    tang.get("/applications/drafts", expect=200)
    assert "基本信息" in tang.page.main
    assert "林晓雯" in tang.page.main
    tang.follow("继续填写")
    assert tang.page.path.endswith("/sections/basic")


def test_closed_cases_carry_their_papers_and_papers_are_listed_until_downloaded(sign_in):
    case = factories.granted_case()
    lin = sign_in("lin")
    page = lin.get("/applications/closed", expect=200)
    assert {a.rpartition("/")[2] for _, a in page.links if a.endswith(".pdf")} == {f"{p.id}.pdf" for p in case.papers if p.kind.value in ("decision", "notification")}
    page = lin.get("/applications/papers?show=new", expect=200)
    count = len(case.papers)
    assert len([a for _, a in page.links if a.endswith(".pdf")]) == count
    lin.get(page.link(r"\.pdf"), expect=200)
    assert len([a for _, a in lin.get("/applications/papers?show=new").links if a.endswith(".pdf")]) == count - 1


def test_empty_lists_say_why_and_offer_the_likely_step(sign_in):
    lin = sign_in("lin")
    for path, way in (("mine", "/applications/new"), ("drafts", "/applications/new"), ("closed", "/applications/mine"), ("papers", "/applications/mine")):
        page = lin.get(f"/applications/{path}", expect=200)
        assert way in [a for _, a in page.links]
        assert page.all("div", "empty"), path


def test_the_timeline_tells_moves_and_keeps_what_is_not_told_yet_inside(sign_in):
    case = factories.filed_case()
    from workflow import marking

    marking.mark(case.id, "answers:basic.surname", "还没有告知的缺陷", by=factories.person("zhou"))
    lin = sign_in("lin")
    page = lin.get(f"/applications/{case.id}", expect=200)
    timeline = words(page.by_id("timeline"))
    assert "提交申请" in timeline
    assert "林晓雯" in timeline
    assert "缺陷" not in page.text


def _asked(browser, url: str) -> int:
    """How many statements a page sends to the database."""
    sent: list[str] = []
    note = lambda *how: sent.append(how[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", note)
    browser.get(url, expect=200)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def test_a_long_list_asks_the_database_no_more_than_a_short_one(sign_in):
    lin = sign_in("lin")
    factories.returned_case()
    factories.filed_case()
    lists = ("mine", "closed", "papers")
    short = [_asked(lin, f"/applications/{name}") for name in lists]
    for _ in range(3):
        factories.returned_case()
    factories.filed_case()
    long = [_asked(lin, f"/applications/{name}") for name in lists]
    assert long == short
    assert max(long) < 25, long


def test_htmx_pages_are_pieces_and_plain_pages_are_whole(sign_in):
    lin = sign_in("lin")
    for path, piece in (("mine", "cases"), ("closed", "closed"), ("drafts", "drafts"), ("papers", "papers")):
        assert f'id="{piece}"' in lin.get(f"/applications/{path}", headers=htmx(piece)).html[:120]
        assert "<html" in lin.get(f"/applications/{path}").html
