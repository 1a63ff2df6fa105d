"""Which questions the help centre answers, in reading order: where each stands, what it answers, what it leads to. The words: texts_zh, texts_en.

`answers` are the questions of the two published documents ("000" the national manual of November 2024, "002" the Shenzhen questions).
`service` is a row of workflow/services.py; its link appears when that row exists. `go` is a page of this house that a stranger may open.
"""

from dataclasses import dataclass

from workflow.engine import N_


@dataclass(frozen=True, slots=True)
class Entry:
    slug: str
    topic: str
    answers: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    service: str = ""
    go: str = ""
    picture: str = ""  # "flow" or "card"


TOPICS = {
    "start": N_("Getting started"),
    "filing": N_("Filing and materials"),
    "progress": N_("After filing"),
    "entry": N_("Entry and residence permit"),
    "card": N_("Electronic card"),
    "changes": N_("Extension, change, cancellation"),
    "merge": N_("Old cards and the change of 1 December 2024"),
}
PLACES = {
    "accounts.sign_in": N_("Sign in"),
    "lookup.form": N_("Look up a case"),
    "accounts.register_employer": N_("Register an employer"),
    "check.enter": N_("Check a paper"),
}

# fmt: off
ENTRIES = (
    Entry("where-to-file", "start", ("002:1",), ("one-menu", "joint-processing", "employer-account"), go="accounts.sign_in"),
    Entry("one-menu", "start", ("000:3.2",), ("overseas-road", "domestic-grounds", "what-changed"), "new_overseas"),
    Entry("what-changed", "start", ("002:3",), ("one-menu", "reissue-electronic", "lost-card", "cancel-notification")),
    Entry("employer-account", "start", (), ("code-not-found", "sign-in"), go="accounts.register_employer"),
    Entry("code-not-found", "start", ("002:19",), ("employer-account",), go="accounts.register_employer"),
    Entry("sign-in", "start", (), ("employer-account", "nothing-lost"), go="accounts.sign_in"),
    Entry("nothing-lost", "start", (), ("browser", "sign-in")),
    Entry("browser", "start", (), ("nothing-lost", "photo-refused")),

    Entry("overseas-road", "filing", ("000:3.1", "002:4"), ("materials", "contract-dates", "register-card", "originals"), "new_overseas", picture="flow"),
    Entry("class-ground", "filing", (), ("materials", "over-age")),
    Entry("materials", "filing", (), ("photo", "contract-content", "originals"), "new_overseas"),
    Entry("photo", "filing", ("002:11",), ("photo-refused", "materials")),
    Entry("photo-refused", "filing", (), ("photo",)),
    Entry("contract-content", "filing", ("002:10",), ("contract-dates", "materials")),
    Entry("contract-dates", "filing", ("002:10",), ("contract-content", "cancellation-ground")),
    Entry("name-spelling", "filing", (), ("register-card", "returned")),
    Entry("domestic-grounds", "filing", (), ("change-of-employer", "visa-free", "one-menu"), "new_domestic"),
    Entry("change-of-employer", "filing", (), ("domestic-grounds", "cancellation-ground"), "new_domestic"),
    Entry("short-term", "filing", (), ("domestic-grounds", "one-menu"), "short_term"),

    Entry("where-is-my-case", "progress", (), ("time-limits", "returned"), go="lookup.form"),
    Entry("time-limits", "progress", (), ("where-is-my-case", "joint-processing")),
    Entry("returned", "progress", (), ("where-is-my-case", "materials")),
    Entry("papers", "progress", (), ("notice-three-months", "check-a-paper", "overseas-road")),
    Entry("notice-three-months", "progress", (), ("register-card", "residence-proof")),
    Entry("check-a-paper", "progress", (), ("papers", "notice-three-months"), go="check.enter"),

    Entry("after-entry", "entry", (), ("residence-proof", "originals", "register-card")),
    Entry("residence-proof", "entry", (), ("after-entry", "why-card", "notice-three-months")),
    Entry("originals", "entry", (), ("after-entry", "materials")),
    Entry("two-permits", "entry", (), ("after-entry", "joint-processing")),
    Entry("joint-processing", "entry", ("002:2",), ("two-permits", "time-limits", "where-to-file")),
    Entry("visa-free", "entry", (), ("domestic-grounds", "overseas-road")),

    Entry("register-card", "card", (), ("name-spelling", "why-card", "physical-card", "over-age")),
    Entry("why-card", "card", ("002:18",), ("register-card", "residence-proof", "social-insurance")),
    Entry("card-look", "card", ("002:17",), ("register-card", "physical-card"), picture="card"),
    Entry("over-age", "card", ("002:12",), ("register-card", "social-insurance", "class-ground")),
    Entry("social-insurance", "card", ("002:5",), ("over-age", "why-card")),
    Entry("physical-card", "card", (), ("register-card", "old-card", "card-look")),

    Entry("extension-window", "changes", (), ("passport-and-extension", "time-limits"), "extension"),
    Entry("passport-and-extension", "changes", (), ("extension-window", "change-details"), "extension"),
    Entry("change-details", "changes", (), ("passport-and-extension", "change-of-employer"), "amendment"),
    Entry("cancellation-ground", "changes", (), ("cancel-notification", "change-of-employer"), "cancellation"),
    Entry("cancel-notification", "changes", ("002:16",), ("cancellation-ground", "what-changed"), "cancellation"),

    Entry("in-flight-notification", "merge", ("000:2.1", "002:6"), ("in-flight-card", "unclaimed-card")),
    Entry("in-flight-card", "merge", ("000:2.2", "002:7"), ("unclaimed-card", "where-is-my-case")),
    Entry("unclaimed-card", "merge", ("000:2.3", "000:3.4", "002:8"), ("in-flight-card", "register-card"), "reissue_notification"),
    Entry("reissue-electronic", "merge", ("000:2.4", "000:3.3", "002:9"), ("reissue-where", "reissue-materials", "old-card"), "reissue_electronic"),
    Entry("reissue-where", "merge", ("002:13",), ("reissue-electronic", "reissue-materials"), "reissue_electronic"),
    Entry("reissue-materials", "merge", ("002:15",), ("reissue-electronic", "old-card"), "reissue_electronic"),
    Entry("old-card", "merge", ("002:14",), ("reissue-electronic", "physical-card", "lost-card")),
    Entry("lost-card", "merge", (), ("what-changed", "reissue-electronic")),
)
# fmt: on
BY_SLUG = {entry.slug: entry for entry in ENTRIES}
