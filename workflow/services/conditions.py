"""What must hold before a filing begins, and where to go when it does not. Sources: domain.md 1.2, 1.3, 4; seed 002 questions 2, 9, 16."""

from workflow import guards as g
from workflow.engine import N_
from workflow.services.grammar import Precondition as P

# fmt: off
CHOSEN      = P(g.has_subject, N_("Take the permit from the list of this employer's permits."))
OURS        = P(g.held_here, N_("For a new employee file inside China with ground 2, change of employer."), "new_domestic")
STANDING    = P(g.not_cancelled, N_("Look at the newest permit of this person, or apply anew."), "new_domestic")
UNLAPSED    = P(g.not_lapsed, N_("Apply for a new permit: inside China if a ground is there, otherwise from overseas."), "new_domestic")
ENDED_SELF  = P(g.not_lapsed, N_("Nothing has to be cancelled, and no proof is issued. For the next permit the page of the residence permit stands in for the proof."))
FREE        = P(g.nothing_under_way, N_("Go on with that filing under Cases in progress or Drafts, or withdraw it first."))
EXTENDABLE  = P(g.long_term, N_("If the stay still runs, file a new permit inside China with ground 8."), "new_domestic")
CHANGEABLE  = P(g.changes_long_term, N_("Cancel it, and file a new short-term permit with the facts as they are now."), "short_term")
NOT_EARLY   = P(g.not_too_early, N_("Come back when the window of days has opened; a reminder is sent."))
NOT_LATE    = P(g.not_too_late, N_("Let the permit end, or cancel it, and apply for a new one."), "new_domestic")
CLAIMED     = P(g.claimed, N_("Have a new notification issued first."), "reissue_notification")
ONLINE      = P(g.online_since_cutover, N_("Write a letter, seal it and hand it in at the window: it is cancelled there, on paper."))
UNCLAIMED   = P(g.unclaimed, N_("A permit with a physical card gets an electronic permit instead."), "reissue_electronic")
CARD_THERE  = P(g.has_physical_card, N_("Nothing needs to be filed. The holder scans the code on the notification, or signs in to the electronic card."))
CARD_OURS   = P(g.card_held_here, N_("For a new employee file inside China with ground 2, change of employer."), "new_domestic")
CARD_STANDS = P(g.card_in_force, N_("Look at the newest permit of this person, or apply anew."), "new_domestic")
CARD_RUNS   = P(g.card_not_lapsed, N_("Apply for a new permit: inside China if a ground is there, otherwise from overseas."), "new_domestic")
JOINT       = P(g.joint_offered, N_("File the work permit alone; the residence permit is applied for afterwards at the exit-entry administration."))
# fmt: on
