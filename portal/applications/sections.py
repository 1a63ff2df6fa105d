"""One page of the form: shown, saved at every change, left by "save and go to the next". Nothing typed is lost, right or wrong."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.access import requires
from portal.applications import forms, grouping, reading
from portal.applications.finding import address, checked, find, neighbours, of_section, said, steps
from portal.applications.views import bp
from portal.fragments import refusal_status, refusal_text, wants_fragment
from workflow import desk
from workflow.application import State
from workflow.engine import Refused
from workflow.fields import Section
from workflow.models import Case
from workflow.roles import Role
from workflow.services import service

MOST_BYTES = 400_000  # of one posted page: forty rows of the longest answers a person types


@bp.route("/<int:case_id>/sections/<string:code>", methods=["GET", "POST"])
@requires(Role.HANDLER)
def section(case_id: int, code: str) -> Response:
    """Show one page of the form, or save it."""
    case = find(case_id)
    asked = service(case.service).section(code)
    if asked is None:
        abort(404)
    if request.method == "POST":
        return _save(case, asked)
    if case.state is not State.DRAFT:
        return redirect(url_for(".show", case_id=case_id))  # type: ignore[return-value]
    if asked in service(case.service).attachment_sections:
        return redirect(address(case, "attachments", _anchor=code))  # type: ignore[return-value]
    return page(case, asked)


def _save(case: Case, asked: Section) -> Response:
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    do, seen = request.form.get("do", "next"), forms.seen(request.form)
    typed: dict[str, Any] = {s.code: forms.typed(s, request.form) for s in beside(case, asked)}
    if asked.repeating and do.startswith("remove-"):
        typed[asked.code] = [row for n, row in enumerate(typed[asked.code]) if f"remove-{n}" != do]
    try:
        for code, given in typed.items():
            if given or code == asked.code:
                before = case.version
                case = desk.keep(case.id, code, given, by=current_user, seen=seen)
                seen = case.version if seen is not None and case.version != before else seen
    except Refused as refusal:
        return _refused(case.id, asked, typed, refusal)
    if wants_fragment():
        return make_response(render_template("portal/applications/_autosave.html", case=case, asked=asked))
    return _go_on(case, asked, do)


def _refused(case_id: int, asked: Section, typed: Any, refusal: Refused) -> Response:
    """Stale or locked: say what happened meanwhile; what was typed stays in the fields."""
    case, sentence, status = find(case_id), refusal_text(refusal), refusal_status(refusal)
    if wants_fragment():
        return make_response(render_template("portal/applications/_autosave.html", case=case, asked=asked, refused=sentence), status)
    if asked in service(case.service).attachment_sections:
        from portal.applications.cases import case_page

        return case_page(case, status, refused=sentence)
    return page(case, asked, status, refused=sentence, typed=typed)


def beside(case: Case, asked: Section) -> list[Section]:
    """The sections that stand on one page with this one, itself among them."""
    row = service(case.service)
    codes = next((codes for _, codes in row.pages if asked.code in codes), (asked.code,))
    return [s for code in codes if (s := row.section(code))]


def _go_on(case: Case, asked: Section, do: str) -> Response:
    """Where a plain post leads: back to the same rows, to the drafts, or to the next page if this one holds."""
    attached = asked in service(case.service).attachment_sections
    if do == "add":
        kept = len(case.answers.get(asked.code) or [])
        return redirect(address(case, asked.code, rows=kept + 1, _anchor=f"{asked.code}-row-{kept}"), 303)  # type: ignore[return-value]
    if do.startswith("remove-"):
        return redirect(address(case, asked.code, _anchor=asked.code), 303)  # type: ignore[return-value]
    if do == "later":
        return redirect(url_for(".drafts"), 303)  # type: ignore[return-value]
    faults, missing = checked(case)
    wrong = [p for s in beside(case, asked) for p in of_section([*faults, *missing], s)]
    if attached:
        from portal.applications.attachments import all_attachments

        return all_attachments(case, 422, asked=asked) if wrong else redirect(address(case, "attachments", _anchor=asked.code), 303)  # type: ignore[return-value]
    if wrong:
        return page(case, asked, 422, summary=True)
    after = "answers" if request.form.get("back") == "answers" else (neighbours(case, asked.code)[1] or ("answers", ""))[0]
    return redirect(address(case, after), 303)  # type: ignore[return-value]


def page(case: Case, asked: Section, status: int = 200, *, summary: bool = False, refused: str = "", typed: Any = None) -> Response:
    """The whole page. `typed` is put into the fields instead of what is stored (a stale tab); `summary` names everything wrong at the top."""
    faults, missing = checked(case)
    sections, found = beside(case, asked), [*faults, *(missing if summary or "check" in request.args else ())]
    told = said([p for s in sections for p in of_section(found, s)])
    before, after = neighbours(case, asked.code)
    passport = next((shown for s in sections if (shown := reading.on_page(case, s))), None)
    parts = [{"asked": s, "groups": _groups(s, len(sections)), "held": reading.filled(passport, s, _held(case, s, (typed or {}).get(s.code)))} for s in sections]
    return make_response(
        render_template(
            "portal/applications/section.html", case=case, asked=sections[0], title=_title(case, asked), steps=steps(case, asked.code), before=before, after=after, back=_back(),
            passport=passport, parts=parts, errors=told, summary=list(told.items()) if summary else [], refused=refused, address=address,
        ),
        status,
    )  # fmt: skip


def _title(case: Case, asked: Section) -> str:
    return gettext(next((title for title, codes in service(case.service).pages if asked.code in codes), asked.title))


def _groups(asked: Section, beside: int) -> list[tuple[str, Any]]:
    """The sheets of a section; where several stand on the page, a sheet without a heading is headed by its section's title."""
    return [(heading or (asked.title if beside > 1 else ""), fields) for heading, fields in grouping.groups(asked)]


def _back() -> str:
    return "answers" if (request.form if request.method == "POST" else request.args).get("back") == "answers" else ""


def _held(case: Case, asked: Section, typed: Any) -> Any:
    """What stands in the fields: stored answers, or what was typed; blank rows where one was asked for or one is needed."""
    stored = case.answers.get(asked.code)
    if not asked.repeating:
        return {**(stored or {}), **(typed or {})}
    rows = list(typed if typed is not None else stored or [])
    wanted = min(request.args.get("rows", 0, type=int), forms.MOST_ROWS, len(rows) + 1)
    return rows + [{}] * max(wanted - len(rows), asked.least - len(rows), 0)
