"""A case that came back: one sheet for each told defect with the officer's words and exactly what may change. Each is saved alone."""

import re
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.access import requires
from portal.applications import forms
from portal.applications.attachments import change, file_line, material_sheet
from portal.applications.cases import case_page
from portal.applications.finding import checked, find, of_section, said
from portal.applications.views import bp
from portal.fragments import new_key, refusal_status, refusal_text, wants_fragment
from workflow import desk
from workflow.application import CORRECTING
from workflow.engine import N_, Refused
from workflow.fields import Problem, Section
from workflow.models import Case, Defect
from workflow.papers import Paper
from workflow.roles import Role
from workflow.services import service

TOLD_BY = (Paper.ONE_TIME_NOTICE, Paper.CORRECTION, Paper.RETURN_NOTE)
LOCKED = N_("This part is locked: it was found in order, or the case is not with the employer now.")


@bp.get("/<int:case_id>/corrections")
@requires(Role.HANDLER)
def correct(case_id: int) -> Response:
    """What is wrong, once, all of it."""
    case = find(case_id, papers=True)
    return case_page(case) if case.state in CORRECTING else redirect(url_for(".show", case_id=case_id))  # type: ignore[return-value]


@bp.post("/<int:case_id>/corrections/<int:defect_id>")
@requires(Role.HANDLER)
def correct_one(case_id: int, defect_id: int) -> Response:
    """Save the correction of one defect."""
    case = find(case_id)
    defect = next((d for d in case.defects if d.id == defect_id), None)
    if defect is None:
        abort(404)
    if defect not in case.told_defects:
        return case_page(case, 409, refused=gettext(LOCKED))
    try:
        wrong = change(case, defect.target.partition(":")[2]) if defect.target.startswith("material:") else _keep(case, defect)
    except Refused as refusal:
        return case_page(find(case_id), refusal_status(refusal), refused=refusal_text(refusal))
    return _answer(find(case_id), defect_id, wrong)


def _answer(case: Case, defect_id: int, wrong: list[str]) -> Response:
    """The sheet alone for htmx, with the bar of moves brought up to date; otherwise the page, or the way back to it."""
    shown = corrections(case, defect_id, wrong)
    sheet = next(s for s in shown["sheets"] if s["defect"].id == defect_id)
    status = 422 if wrong or sheet["errors"] else 200
    if wants_fragment():
        from portal.applications.cases import moves

        return make_response(render_template("portal/applications/_corrected.html", case=case, sheet=sheet, moves=moves(case), key=new_key(), **{k: v for k, v in shown.items() if k != "sheets"}), status)
    if status == 422:
        return case_page(case, 422, defect_id=defect_id, wrong=wrong)
    more: dict[str, Any] = {"rows": len(case.answers.get(sheet["section"].code) or []) + 1} if request.form.get("do") == "add" and sheet["section"] else {}
    return redirect(url_for(".correct", case_id=case.id, **more, _anchor=f"defect-{sheet['n']}"), 303)  # type: ignore[return-value]


def _keep(case: Case, defect: Defect) -> list[str]:
    code, path = _path(defect)
    asked = service(case.service).section(code)
    assert asked is not None
    if asked.repeating and path:
        stored = case.answers.get(code) or []
        typed: Any = [{f.code: request.form[name][: forms.LONGEST] for f in asked.fields if (name := f"{code}-{n}-{f.code}") in request.form} for n in range(len(stored))]
    else:
        typed, do = forms.typed(asked, request.form), request.form.get("do", "")
        if asked.repeating and do.startswith("remove-"):
            typed = [row for n, row in enumerate(typed) if f"remove-{n}" != do]
    desk.keep(case.id, code, typed, by=current_user)
    return []


def _path(defect: Defect) -> tuple[str, list[str]]:
    code, *path = defect.target.partition(":")[2].split(".")
    return code, path


def corrections(case: Case, defect_id: int | None = None, wrong: list[str] | None = None) -> dict[str, Any]:
    """Everything the page of corrections shows beside the case's head."""
    found = [p for some in checked(case) for p in some]
    sheets = [_sheet(case, d, n, found, wrong if d.id == defect_id else None) for n, d in enumerate(case.told_defects, 1)]
    done = sum(1 for s in sheets if s["done"])
    told = next((p for p in reversed(case.papers) if p.kind in TOLD_BY), None)
    left = [s for s in sheets if not s["done"]]
    return {"sheets": sheets, "done": done, "total": len(sheets), "left": left, "told": told, "told_at": max((d.told_at for d in case.told_defects if d.told_at), default=None)}


def _sheet(case: Case, defect: Defect, n: int, found: list[Problem], wrong: list[str] | None) -> dict[str, Any]:
    base = {"defect": defect, "n": n, "url": url_for(".correct_one", case_id=case.id, defect_id=defect.id), "key": new_key(), "wrong": wrong or [], "section": None, "errors": {}}
    if defect.target.startswith("material:"):
        return base | _material(case, defect) | {"done": defect.state == "answered"}
    code, path = _path(defect)
    asked = service(case.service).section(code)
    assert asked is not None
    errors = said([p for p in of_section(found, asked) if _about(p, path)]) if defect.state == "answered" else {}
    return base | {"section": asked, "errors": errors, "done": defect.state == "answered" and not errors, "title": _title(asked, path), "lines": _lines(case, asked, path), "whole": not path}


def _about(problem: Problem, path: list[str]) -> bool:
    """Is the problem at what the defect names? A field named without its row is that field in every row."""
    at = problem.target.split(".")[1:]
    if path and not path[0].isdigit() and at and at[0].isdigit():
        at = at[1:]
    return at[: len(path)] == path


def _title(asked: Section, path: list[str]) -> str:
    parts = [gettext(asked.title)]
    if path and path[0].isdigit():
        parts.append(gettext(asked.row_title) % {"n": int(path[0]) + 1} if asked.row_title else str(int(path[0]) + 1))
    field = asked.field(path[-1]) if path and not path[-1].isdigit() else None
    return " › ".join([*parts, gettext(field.label)] if field else parts)


def _lines(case: Case, asked: Section, path: list[str]) -> list[dict[str, Any]]:
    """The fields that may change, by row: {number or None, fields, held}."""
    held, names = case.answers.get(asked.code), [p for p in path if not p.isdigit()]
    fields = [f for f in asked.fields if not names or f.code == names[-1]]
    if not asked.repeating:
        return [{"number": None, "fields": fields, "held": held or {}}]
    rows = list(enumerate(held or []))
    if path and path[0].isdigit():
        rows = [(n, row) for n, row in rows if n == int(path[0])]
    elif not path:
        wanted = min(request.args.get("rows", 0, type=int), forms.MOST_ROWS, len(rows) + 1)
        rows += [(len(rows) + n, {}) for n in range(max(wanted - len(rows), (1 if not rows else 0)))]
    return [{"number": n, "fields": fields, "held": row} for n, row in rows]


def _material(case: Case, defect: Defect) -> dict[str, Any]:
    kind = defect.target.partition(":")[2]
    needed = service(case.service).needed(kind)
    assert needed is not None
    before = defect.before if isinstance(defect.before, list) else []
    sheet = material_sheet(case, needed)
    old = [file_line(case, m) for m in {m.sha256: m for m in case.materials if m.kind == kind and m.sha256 in before}.values()]
    fresh = [line for line in sheet["files"] if line["row"].sha256 not in before]
    return {"material": sheet | {"url": url_for(".correct_one", case_id=case.id, defect_id=defect.id)}, "title": gettext(needed.material.label), "old": old, "fresh": fresh, "label": re.sub(r"\W", "-", kind)}
