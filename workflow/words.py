"""What states and moves are called: one word each, in buttons, lists and the case file. English ids; the catalogues say the rest."""

from workflow.application import State as S
from workflow.engine import N_
from workflow.residence import ResidenceState, Verdict

STATES: dict[str, str] = {
    S.DRAFT: N_("Draft"),
    S.PRELIMINARY_REVIEW: N_("In preliminary review"),
    S.RETURNED: N_("Returned for correction"),
    S.ACCEPTANCE: N_("In acceptance"),
    S.IN_CORRECTION: N_("Supplement and correction"),
    S.EXAMINATION: N_("In examination"),
    S.SENT_BACK: N_("Sent back by examination"),
    S.DECISION: N_("In decision"),
    S.GRANTED: N_("Granted"),
    S.REFUSED: N_("Refused"),
    S.NOT_ACCEPTED: N_("Not accepted"),
    S.WITHDRAWN: N_("Withdrawn"),
    S.LEGACY_CARD_REVIEW: N_("Card application of the old system"),
    S.LEGACY_CARD_EXAMINATION: N_("Card application of the old system"),
    ResidenceState.AWAITING_ORIGINALS: N_("Originals not seen yet"),
    ResidenceState.ORIGINALS_NOT_ACCEPTED: N_("Originals incomplete"),
    ResidenceState.ORIGINALS_VERIFIED: N_("Originals verified"),
    ResidenceState.RESIDENCE_GRANTED: N_("Residence permit granted"),
    ResidenceState.RESIDENCE_REFUSED: N_("Residence permit refused"),
}

# Who has it now, for 我的在办件 (ends the commonest phone call).
HOLDERS: dict[str, str] = {
    S.DRAFT: N_("Employer"),
    S.PRELIMINARY_REVIEW: N_("Acceptance authority"),
    S.RETURNED: N_("Employer (you)"),
    S.ACCEPTANCE: N_("Acceptance authority"),
    S.IN_CORRECTION: N_("Employer (you)"),
    S.EXAMINATION: N_("Deciding authority: examination"),
    S.SENT_BACK: N_("Employer (you)"),
    S.DECISION: N_("Deciding authority: decision"),
}

# The button: (words, icon, kind). Kind: primary, plain, stop.
LEVERS: dict[str, tuple[str, str, str]] = {
    "submit": (N_("Submit"), "arrow-right", "primary"),
    "return_all_at_once": (N_("Return for correction"), "arrow-back-up", "primary"),
    "resubmit": (N_("Corrections done, submit again"), "arrow-right", "primary"),
    "pass_preliminary": (N_("Pass preliminary review"), "check", "plain"),
    "return_for_correction": (N_("Ask for supplement and correction"), "arrow-back-up", "plain"),
    "decline": (N_("Do not accept"), "circle-x", "stop"),
    "accept": (N_("Accept"), "stamp", "primary"),
    "send_back": (N_("Send back for more material"), "arrow-back-up", "plain"),
    "recommend": (N_("Hand on for decision"), "gavel", "primary"),
    "reexamine": (N_("Have it examined again"), "arrow-back-up", "plain"),
    "extend_time": (N_("Extend the time limit"), "clock", "plain"),
    "grant": (N_("Grant"), "circle-check", "primary"),
    "refuse": (N_("Refuse"), "circle-x", "stop"),
    "withdraw": (N_("Withdraw"), "x", "stop"),
    "complete_paper": (N_("Complete the cancellation"), "check", "primary"),
    "confirm": (N_("Confirm the account"), "check", "primary"),
    "verify_originals": (N_("Originals complete, issue the receipt"), "check", "primary"),
    "decline_originals": (N_("Not accepted, list what is missing"), "circle-x", "stop"),
    "grant_residence": (N_("Record the residence permit"), "check", "primary"),
    "refuse_residence": (N_("Record the refusal"), "circle-x", "stop"),
    "lock": (N_("Lock the card"), "lock", "stop"),
    "unlock": (N_("Unlock the card"), "lock", "plain"),
    "close": (N_("Close the card"), "ban", "stop"),
}

# The line in the case file, as done.
DEEDS: dict[str, str] = {
    "start": N_("Started the filing"),
    "submit": N_("Filed"),
    "return_all_at_once": N_("Returned for correction"),
    "resubmit": N_("Corrected and filed again"),
    "pass_preliminary": N_("Passed preliminary review"),
    "return_for_correction": N_("Asked for supplement and correction"),
    "decline": N_("Not accepted"),
    "accept": N_("Accepted"),
    "send_back": N_("Sent back for more material"),
    "recommend": N_("Examined, handed on for decision"),
    "reexamine": N_("Ordered to be examined again"),
    "extend_time": N_("Extended the time limit"),
    "grant": N_("Granted"),
    "refuse": N_("Refused"),
    "withdraw": N_("Withdrawn"),
    "complete_paper": N_("Taken in on paper and completed"),
    "cutover_return": N_("Moved to preliminary review by the cutover of 1 December 2024"),
    "cutover_undo_review": N_("Taken back where it stood before the cutover"),
    "cutover_undo_examination": N_("Taken back where it stood before the cutover"),
    "take_over": N_("Taken over from the old system"),
    "card_on_file": N_("Card of the old system put on file"),
    "correct": N_("Corrected an answer"),
    "attach": N_("Attached a file"),
    "detach": N_("Removed a file"),
    "date_issue": N_("Gave the day of issue of a file"),
    "commit": N_("Gave a written commitment"),
    "mark": N_("Marked a defect"),
    "strike": N_("Took a defect back"),
    "claim": N_("Took the case"),
    "register_employer": N_("Registered the employer"),
    "confirm": N_("Confirmed the account"),
    "add_handler": N_("Added a handler"),
    "end_handler": N_("Ended a handler's access"),
    "open_counter": N_("Opened at the counter"),
    "original": N_("Looked at an original"),
    "verify_originals": N_("Originals complete"),
    "decline_originals": N_("Originals incomplete, not accepted"),
    "grant_residence": N_("Residence permit recorded"),
    "refuse_residence": N_("Residence permit refused"),
    "register": N_("Registered the electronic card"),
    "registration_locked": N_("Registration locked after five failed attempts"),
    "window_code": N_("Handed out a registration code at the window"),
    "show": N_("Showed the card"),
    "lock": N_("Locked the card"),
    "unlock": N_("Unlocked the card"),
    "close": N_("Closed the card"),
    "download": N_("Downloaded a paper"),
}

VERDICTS: dict[str, str] = {Verdict.SEEN: N_("Seen"), Verdict.DIFFERS: N_("Differs"), Verdict.MISSING: N_("Missing")}

ASKS: dict[str, str] = {
    "reason": N_("Reason"),
    "opinion": N_("Opinion"),
    "grounds": N_("Grounds"),
    "residence_number": N_("Number of the residence permit"),
    "valid_from": N_("Valid from"),
    "valid_to": N_("Valid until"),
}
STANDINGS: dict[str, str] = {
    "valid": N_("In force"),
    "expiring": N_("In force, ends soon"),
    "upcoming": N_("Granted, not begun yet"),
    "lapsed": N_("Lapsed"),
    "cancelled": N_("Cancelled"),
    "superseded": N_("Replaced"),
}
