"""The materials of a filing, kind by kind: upload, look, replace, remove, or commit in writing; and where each element of the contract stands."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from portal.access import requires
from portal.applications import forms, joined
from portal.applications.finding import address, checked, find, neighbours, place, said, steps
from portal.applications.views import bp
from portal.fragments import new_key, refusal_status, refusal_text, render_part
from portal.inspected import of_file, words
from workflow import attaching, desk, remarks
from workflow.application import State
from workflow.engine import N_, Refused
from workflow.fields import Section
from workflow.intake.contract_reading import dates_differ
from workflow.intake.findings import Finding
from workflow.intake.names import safe_name
from workflow.materials import MATERIALS
from workflow.models import Case, CaseMaterial
from workflow.paper_rules import AUTHENTICATIONS, TRANSLATIONS
from workflow.roles import Role
from workflow.services import Needed, service


@bp.get("/<int:case_id>/attachments")
@requires(Role.HANDLER)
def attachments(case_id: int) -> Response:
    """All materials of the filing on one page."""
    case = find(case_id)
    if case.state is not State.DRAFT:
        return redirect(url_for(".show", case_id=case_id))  # type: ignore[return-value]
    return all_attachments(case)


@bp.post("/<int:case_id>/attachments/<string:kind>")
@requires(Role.HANDLER)
def attach(case_id: int, kind: str) -> Response:
    """Upload, remove or commit for one kind of material."""
    case = find(case_id)
    if service(case.service).needed(kind) is None:
        abort(404)
    try:
        wrong = change(case, kind)
    except Refused as refusal:
        return _kind(find(case_id), kind, refusal_status(refusal), [refusal_text(refusal)])
    case = find(case_id)
    return _kind(case, kind, 422, wrong) if wrong else _kind(case, kind, 200, [])


def change(case: Case, kind: str) -> list[str]:
    """Do what the pressed button says. Returns the sentences of a file that was not taken; raises Refused."""
    do = request.form.get("do", "upload")
    if do == "commit":
        attaching.commit_in_writing(case.id, kind, by=current_user)
    elif do.startswith("remove-") and do[7:].isascii() and do[7:].isdigit() and len(do) < 17:
        attaching.detach(case.id, int(do[7:]), by=current_user)
    elif do == "date":
        attaching.date_issue(case.id, kind, forms.day(request.form.get("issued_on", "")), by=current_user, authentication=request.form.get("authentication"), translation=request.form.get("translation"))
    else:
        return _upload(case, kind)
    return []


def _upload(case: Case, kind: str) -> list[str]:
    most, chosen = MATERIALS[kind].max_files, [f for f in request.files.getlist("file") if f.filename]
    files, tokens, issued = chosen[:most], request.form.getlist("parts"), forms.day(request.form.get("issued_on", ""))
    if not files and tokens:
        return _too_many(most, joined.names(case, tokens[most:])) + joined.take_all(case, kind, tokens[:most], issued)
    if not files:
        return [gettext("Choose a file first.")]
    wrong, key = _too_many(most, [str(f.filename) for f in chosen[most:]]), forms.key(request.form)
    for number, file in enumerate(files):
        big = attaching.too_big(MATERIALS[kind], _size(file))
        findings = (big,) if big else _attached(case, kind, file, f"{key}-{number}" if key else None, issued)
        wrong += [f"{safe_name(str(file.filename))}{gettext(': ')}{words(f)}" if len(files) > 1 else words(f) for f in findings]
    return wrong


def _too_many(most: int, left: list[str]) -> list[str]:
    """What is said of the files beyond the number that stands here, none of them dropped in silence."""
    if not left:
        return []
    return [gettext("At most %(limit)s files stand here. These were not taken: %(names)s. Put several pages into one PDF.", limit=most, names=gettext(", ").join(map(safe_name, left)))]


def _attached(case: Case, kind: str, file: FileStorage, key: str | None, issued: Any) -> tuple[Finding, ...]:
    """Attach one file. Returns why it was not taken; what was found beside stays with the file."""
    done = attaching.attach(case.id, kind, file.filename or "", file.read(), by=current_user, key=key, issued_on=issued)
    return () if done.material else done.findings


def _size(file: FileStorage) -> int:
    file.stream.seek(0, 2)
    size = file.stream.tell()
    file.stream.seek(0)
    return size


def material_sheet(case: Case, needed: Needed, wrong: list[str] | None = None, back: str = "") -> dict[str, Any]:
    """What the sheet of one kind shows. `back`: the page it stands on, where that is not the page of attachments."""
    material, live = needed.material, [m for m in case.live_materials if m.kind == needed.code]
    files, rejected = [m for m in live if not m.committed], [f for f in case.refused_files if f.target == f"material:{needed.code}"]
    return {
        "code": needed.code, "material": material, "due": needed.due(case.answers), "files": [file_line(case, m) for m in files],
        "committed": next((m for m in live if m.committed), None), "may_commit": attaching.may_commit(case, material) and not files, "wrong": wrong or [],
        "url": url_for(".attach", case_id=case.id, kind=needed.code), "parts": url_for(".begin_parts", case_id=case.id, kind=needed.code), "key": new_key(), "date": next((m.issued_on for m in reversed(files) if m.issued_on), None),
        "asked": [
            (name, label, options, next((getattr(m, name) for m in reversed(files) if getattr(m, name)), ""))
            for name, label, options, due in (("authentication", N_("Authentication"), AUTHENTICATIONS, material.authenticated), ("translation", N_("Translation"), TRANSLATIONS, material.translated)) if due
        ],
        "faults": [text for anchor, text in said(checked(case)[0]).items() if anchor == f"material-{needed.code}"],
        "link": url_for(".photo_link", case_id=case.id) if needed.code == "photo" else "", "back": back, "waiting": any(m.look_state == "waiting" for m in files), "rejected": rejected,
        "undated": bool(material.months and files and any(m.issued_on is None for m in files)),
    }  # fmt: skip


def file_line(case: Case, row: CaseMaterial) -> dict[str, Any]:
    """One file: its link, what it is, what was found in it, and the places that belong to it."""
    seen = of_file(case, row, lambda which: url_for(".picture", case_id=case.id, material_id=row.id, which=which))
    stored, shown = row.stored, row.shown or row.stored
    picture, mine = bool(shown and shown.media_type.startswith("image/")), row.replaced_at is None and desk.may_edit(case, current_user, f"material:{row.kind}")
    return {
        "row": row, "url": url_for(".file", case_id=case.id, material_id=row.id), "size": stored.size if stored else 0, "seen": seen, "picture": picture,
        "thumb": seen["preview"] or (url_for(".file", case_id=case.id, material_id=row.id) if picture and not seen["closed"] else ""),
        "fetch": url_for(".look", case_id=case.id, material_id=row.id), "fix": url_for(".better", case_id=case.id, material_id=row.id) if mine else "",
        "compare": address(case, "basic") if case.state is State.DRAFT and service(case.service).section("basic") else "",
    }  # fmt: skip


def _kind(case: Case, kind: str, status: int, wrong: list[str]) -> Response:
    """The sheet of the kind for htmx; for everybody else the page, or the way back to it."""
    if case.state is not State.DRAFT:
        from portal.applications.cases import case_page

        return case_page(case, status, refused=" ".join(wrong)) if wrong else redirect(url_for(".show", case_id=case.id), 303)  # type: ignore[return-value]
    if status == 200 and not request.headers.get("HX-Request"):
        return redirect(address(case, _back() or "attachments", _anchor=f"material-{kind}"), 303)  # type: ignore[return-value]
    needed = service(case.service).needed(kind)
    assert needed is not None
    sheet = material_sheet(case, needed, wrong, _back() if request.headers.get("HX-Request") else "")
    return render_part("portal/applications/_material.html", "portal/applications/attachments.html", status, sheet=sheet, **_context(case, {kind: wrong}))


def _back() -> str:
    """The page with the fields that the passport fills, where its sheet stands too."""
    return "basic" if request.form.get("back") == "basic" else ""


def all_attachments(case: Case, status: int = 200, *, asked: Section | None = None) -> Response:
    """The page. `asked`: the contract's section was posted with something wrong, which is named at the top."""
    return make_response(render_template("portal/applications/attachments.html", **_context(case, {}, asked)), status)


def _context(case: Case, wrong: dict[str, list[str]], asked: Section | None = None) -> dict[str, Any]:
    row = service(case.service)
    check = asked is not None or "check" in request.args
    faults, missing = checked(case)
    told = said([p for p in (*faults, *(missing if check else ())) if place(p) == "attachments"])
    summary = [(f"material-{kind}", text) for kind, texts in wrong.items() for text in texts]
    if asked is not None:
        summary += [(anchor, text) for anchor, text in told.items() if anchor.startswith(asked.code)]
    elif check:
        summary += list(told.items())
    before, after = neighbours(case, "attachments")
    read, differ = _contract_read(case)
    return {
        "case": case, "sheets": [material_sheet(case, n, wrong.get(n.code)) for n in row.materials], "sections": row.attachment_sections, "steps": steps(case, "attachments"),
        "before": before, "after": after, "errors": told, "summary": summary, "held": {**case.answers, "contract": case.answers.get("contract") or read}, "address": address, "may": desk.may_edit,
        "contract_read": bool(read) and not case.answers.get("contract"), "contract_differs": differ,
    }  # fmt: skip


def _contract_read(case: Case) -> tuple[dict[str, Any], list[str]]:
    """(the pages of the elements as the machine read them in the contract, to be confirmed; sentences on dates that differ from those typed, and on a term longer than a permit)."""
    seen: dict[str, Any] = next((m.look for m in reversed(case.live_materials) if m.kind == "contract" and m.look), {})
    pages = {**(seen.get("elements") or {}), **({"chinese": "yes"} if seen.get("chinese") else {})}
    return pages, [words(f) for f in (*dates_differ(seen.get("fields") or {}, case.answers.get("application") or {}), *(remarks.term(case) if seen else ()))]
