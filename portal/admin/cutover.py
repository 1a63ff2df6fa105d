"""The cutover of 1 December 2024 as its authority sees it: whom the rules mean, how far a run has come, and what became of each of its own cases.

Looked at here, done by command (docs/cutover.md): a mass act is not one click away from a browser.
"""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload

from portal.access import requires
from portal.admin.views import bp
from portal.fragments import render_part
from workflow import cutover as runs
from workflow.cutover_cohorts import COHORTS, EFFECTIVE, counts, in_flight, listed
from workflow.models import Case, CutoverLine, CutoverRun, db
from workflow.roles import Role

PAGE = 50


@bp.get("/cutover")
@requires(Role.ADMIN)
def cutover() -> Response:
    """The plan and the runs; asked by htmx while a run is going on, the runs alone."""
    shown = _progress(runs.runs())
    found = {} if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted") else counts(EFFECTIVE, current_user.authority_id)
    plan = [(cohort, sum(found.get(cohort.code, {}).values())) for cohort in COHORTS]
    return render_part("portal/admin/cutover_runs.html", "portal/admin/cutover.html", plan=plan, runs=shown, effective=EFFECTIVE, going=any(r["going"] for r in shown))


@bp.get("/cutover/cohorts/<string:code>")
@requires(Role.ADMIN)
def cutover_cohort(code: str) -> str:
    """Which they are, in the order of their ids."""
    cohort = next((c for c in COHORTS if c.code == code), None) or abort(404)
    rows = list(listed(cohort.code, EFFECTIVE, current_user.authority_id, PAGE + 1, _after()))
    later = url_for(".cutover_cohort", code=code, after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return render_template("portal/admin/cutover_cohort.html", cohort=cohort, rows=rows[:PAGE], later=later, after=_after())


@bp.get("/cutover/runs/<int:run_id>")
@requires(Role.ADMIN)
def cutover_run(run_id: int) -> str:
    """The journal of one run, own cases only, paged."""
    run = db.session.get(CutoverRun, run_id) or abort(404)
    own = sa.select(CutoverLine).where(CutoverLine.run_id == run_id, CutoverLine.authority_id == current_user.authority_id, CutoverLine.case_id > _after())
    query = own.options(joinedload(CutoverLine.case)).order_by(CutoverLine.case_id).limit(PAGE + 1)
    rows = list(db.session.scalars(query))
    later = url_for(".cutover_run", run_id=run_id, after=rows[PAGE - 1].case_id) if len(rows) > PAGE else ""
    return render_template("portal/admin/cutover_run.html", run=_progress([run])[0], rows=rows[:PAGE], later=later, after=_after())


def _after() -> int:
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _progress(some: list[CutoverRun]) -> list[dict[str, Any]]:
    """How far each run is with the cases of this authority; the whole run's figures are nobody's business here."""
    grouped = sa.select(CutoverLine.run_id, sa.func.count(), sa.func.count(CutoverLine.undone_at)).where(
        CutoverLine.run_id.in_([run.id for run in some]), CutoverLine.authority_id == current_user.authority_id
    )  # fmt: skip
    lines = {key: (done, back) for key, done, back in db.session.execute(grouped.group_by(CutoverLine.run_id))}
    shown = []
    for run in some:
        done, back = lines.get(run.id, (0, 0))
        going = run.finished_at is None or (run.undo_at is not None and run.undone_at is None)
        waiting = _waiting(run) if run.finished_at is None else 0
        shown.append({"run": run, "done": done, "total": done + waiting, "undone": back, "left": done - back if run.undone_at else 0, "going": going})
    return shown


def _waiting(run: CutoverRun) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Case).where(Case.authority_id == current_user.authority_id, *in_flight(run.effective_at))) or 0
