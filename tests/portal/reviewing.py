"""What tests of the officers' pages look at and bring about again and again."""

from portal.journey.samples import sample_pdf
from tests.factories import quick, returned_case
from workflow import attaching, desk
from workflow.models import Case, db


def fresh(case) -> Case:
    return db.session.get_one(Case, case.id, populate_existing=True)


def marked(case) -> list[str]:
    return sorted(d.target for d in fresh(case).open_defects)


def corrected(who, told=("answers:application.position", "职位与合同不一致。")):
    """Returned with a field and a file, both corrected, filed again."""
    case = returned_case(told, ("material:degree", "缺少认证页。"))
    with quick():
        desk.keep(case.id, "application", {**case.answers["application"], "position": "光学系统工程师"}, by=who("lin"))
        attaching.attach(case.id, "degree", "degree-apostille.pdf", sample_pdf("degree apostille", 2), by=who("lin"))
        return desk.act(case.id, "resubmit", by=who("lin"), seen=None)
