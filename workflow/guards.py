"""Named conditions, each with the sentence that a person reads when it does not hold.

A guard asks its subject plain questions (`open_defects`, `missing`, …), so a rule is tested with any object that answers them.
"""

from workflow.engine import N_, Guard

complete = Guard("incomplete", lambda case, _: not case.missing, N_("Some required answers or materials are still missing."))
nothing_blocking = Guard("blocking", lambda case, _: not case.blocking, N_("A check found something that cannot be filed as it is."))
has_defects = Guard("no_defects", lambda case, _: bool(case.open_defects), N_("Mark at least one defect first: a return tells everything that is wrong, at once."))
no_open_defect = Guard("open_defects", lambda case, _: not case.open_defects, N_("There are defects that have not been cleared."))
every_defect_answered = Guard("unanswered", lambda case, _: not case.unanswered_defects, N_("Some defects have not been corrected yet."))
originals_seen_where_due = Guard(
    "originals", lambda case, _: case.originals_seen_where_due, N_("This authority sees the originals before acceptance, and they have not been seen.")
)
four_eyes = Guard("four_eyes", lambda case, who: case.examined_by_id != who.id, N_("The examiner of a case may not also decide it."))
first_extension = Guard("extended", lambda case, _: case.extended_at is None, N_("The time limit of this case has been extended once already."))

notice_stands = Guard("notice", lambda residence, _: residence.proof_stands, N_("There is neither a valid notification nor a permit page in force."))
all_originals_seen = Guard("originals", lambda residence, _: residence.all_originals_seen, N_("Not every original has been seen and found equal."))
some_original_wanting = Guard(
    "nothing_wanting", lambda residence, _: bool(residence.wanting), N_("Mark what is missing or differs first: the paper lists it.")
)
permit_in_force = Guard("permit", lambda card, _: card.permit_in_force, N_("The permit is not in force."))
