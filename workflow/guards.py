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
originals_to_see = Guard("originals_not_due", lambda case, _: case.originals_to_see, N_("The originals of this filing are not seen before acceptance, or have been seen already."))
four_eyes = Guard("four_eyes", lambda case, who: case.examined_by_id != who.id, N_("The examiner of a case may not also decide it."))
first_extension = Guard("extended", lambda case, _: case.extended_at is None, N_("The time limit of this case has been extended once already."))

notice_stands = Guard("notice", lambda residence, _: residence.proof_stands, N_("There is neither a valid notification nor a permit page in force."))
notice_stands_or_together = Guard("notice", lambda residence, _: residence.joint or residence.proof_stands, notice_stands.otherwise)
filed_together = Guard("together", lambda residence, _: residence.joint, N_("Appointments are for filings of both permits in one."))
moved_once = Guard("moved", lambda residence, _: not residence.appointment_moved, N_("The appointment has been moved once already. Who does not come is asked to book again."))
appointment_ahead = Guard("the_day", lambda residence, _: residence.appointment_ahead, N_("An appointment is moved before its day, not on it."))
appointment_missed = Guard("not_yet", lambda residence, _: residence.appointment_missed, N_("The day of the appointment has not passed yet."))
work_granted = Guard("work", lambda residence, _: not residence.joint or residence.permit_id is not None, N_("The work permit of the same filing has not been granted yet; the residence permit follows it."))
seen_if_together = Guard("originals", lambda residence, _: not residence.joint or residence.all_originals_seen, N_("Not every original has been seen and found equal."))
all_originals_seen = Guard("originals", lambda residence, _: residence.all_originals_seen, N_("Not every original has been seen and found equal."))
some_original_wanting = Guard(
    "nothing_wanting", lambda residence, _: bool(residence.wanting), N_("Mark what is missing or differs first: the paper lists it.")
)
permit_in_force = Guard("permit", lambda card, _: card.permit_in_force, N_("The permit is not in force."))

# Before a filing begins: subject is an Asking (workflow/asking.py): who asks, about which permit, on which day, under which profile.
has_subject = Guard("subject", lambda asking, _: asking.permit is not None, N_("Choose first whose permit it is about."))
held_here = Guard("held_here", lambda asking, _: asking.permit.employer_id == asking.employer_id, N_("This permit is held by another employer."))
not_cancelled = Guard("cancelled", lambda asking, _: asking.permit.state == "valid", N_("This permit was cancelled or replaced already."))
not_lapsed = Guard("lapsed", lambda asking, _: asking.today <= asking.permit.valid_to, N_("This permit has reached its last day and lapsed by itself."))
nothing_under_way = Guard("under_way", lambda asking, _: not asking.under_way, N_("A filing about this permit is under way already."))
changes_long_term = Guard("long_term", lambda asking, _: not asking.short_term, N_("A permit of 90 days or less cannot be changed."))
long_term = Guard("long_term", lambda asking, _: not asking.short_term, N_("A permit of 90 days or less cannot be extended."))
not_too_early = Guard("too_early", lambda asking, _: asking.days_left <= asking.profile.extension_earliest, N_("It is too early: an extension is filed within the days before the end that this authority names."))
not_too_late = Guard("too_late", lambda asking, _: asking.days_left >= asking.profile.extension_latest, N_("It is too late: fewer days are left than this authority needs for an extension."))
online_since_cutover = Guard(
    "paper_only", lambda asking, _: asking.claimed or not asking.granted_before_cutover, N_("This notification was granted before 1 December 2024 and its card was never claimed. It cannot be cancelled online.")
)
claimed = Guard("unclaimed", lambda asking, _: asking.claimed or not asking.legacy, N_("The card of this notification was never claimed."))
unclaimed = Guard("claimed", lambda asking, _: asking.legacy and not asking.claimed, N_("This is no notification of the old system whose card was never claimed."))
has_physical_card = Guard(
    "physical_card", lambda asking, _: asking.permit is None or (asking.legacy and asking.claimed), N_("This permit is electronic already: there is no physical card to replace.")
)
card_not_lapsed = Guard("card_lapsed", lambda asking, _: asking.permit is None or asking.today <= asking.permit.valid_to, N_("The physical card has expired."))
card_held_here = Guard("held_here", lambda asking, _: asking.permit is None or asking.permit.employer_id == asking.employer_id, N_("This permit is held by another employer."))
card_in_force = Guard("cancelled", lambda asking, _: asking.permit is None or asking.permit.state == "valid", N_("This permit was cancelled or replaced already."))
joint_offered = Guard("joint", lambda asking, _: asking.profile.joint, N_("This authority does not process both permits in one filing."))

by_window = Guard("by_window", lambda case, _: getattr(case, "on_paper", False), N_("Only a filing taken in on paper is completed at the window."))
