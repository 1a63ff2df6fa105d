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
    typed, do = forms.typed(asked, request.form), request.form.get("do", "next")
    if asked.repeating and do.startswith("remove-"):
        typed = [row for n, row in enumerate(typed) if f"remove-{n}" != do]
    try:
        case = desk.keep(case.id, asked.code, typed, by=current_user, seen=forms.seen(request.form))
    except Refused as refusal:
        return _refused(case.id, asked, typed, refusal)
    if wants_fragment():
        return make_response(render_template("portal/applications/_autosave.html", case=case, asked=asked))
    return _go_on(case, asked, do, typed)


def _refused(case_id: int, asked: Section, typed: Any, refusal: Refused) -> Response:
    """Stale or locked: say what happened meanwhile; what was typed stays in the fields."""
    case, sentence, status = find(case_id), refusal_text(refusal), refusal_status(refusal)
    if wants_fragment():
        return make_response(render_template("portal/applications/_autosave.html", case=case, asked=asked, refused=sentence), status)
    if asked in service(case.service).attachment_sections:
        from portal.applications.cases import case_page

        return case_page(case, status, refused=sentence)
    return page(case, asked, status, refused=sentence, typed=typed)


def _go_on(case: Case, asked: Section, do: str, typed: Any) -> Response:
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
    wrong = of_section([*faults, *missing], asked)
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
    told = said(of_section([*faults, *(missing if summary or "check" in request.args else ())], asked))
    before, after = neighbours(case, asked.code)
    passport = reading.on_page(case, asked)
    return make_response(
        render_template(
            "portal/applications/section.html", passport=passport, case=case, asked=asked, title=gettext(asked.title), steps=steps(case, asked.code), before=before, after=after, back=_back(),
            groups=grouping.groups(asked), held=reading.filled(passport, _held(case, asked, typed)), errors=told, summary=list(told.items()) if summary else [], refused=refused, address=address,
        ),
        status,
    )  # fmt: skip


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
