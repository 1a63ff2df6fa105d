"""What one service checks beyond the rules of its sections: dates that must join, facts that may not change, grounds and their proofs. Pure.

A rule takes the answers and the surroundings and yields problems. Which service uses which stands in its row (`rules`).
Sources: domain.md 1.2 to 1.6, 4, 9.1, 10.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from workflow.checking import Surroundings, age, day
from workflow.engine import N_
from workflow.fields import Problem, problem

Rule = Callable[[Mapping[str, Any], Surroundings], Iterator[Problem]]
SHORT_DAYS = 90
UNREACHABLE_DAYS, NOTICE_DAYS, ENDS_SOON_DAYS = 15, 10, 15
STAY_DAYS = 30


def _held(answers: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    return answers.get(section) or {}


def domestic(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """Ground 1 is for class A. Ground 2: same occupation, the old permit cancelled, the new contract not before that; without a residence permit within 30 days of it."""
    ground, asked = _held(answers, "class_ground"), _held(answers, "application")
    chosen = ground.get("domestic_ground")
    if chosen == "class_a" and ground.get("class") in ("B", "C"):
        yield problem("class_ground.domestic_ground", N_("This ground is for class A; class %(measured)s is applied for."), measured=ground["class"])
    if chosen != "change_employer":
        return
    cancelled, start = day(ground.get("previous_cancelled_on")), day(asked.get("contract_from"))
    if cancelled and cancelled > around.today:
        yield problem("class_ground.previous_cancelled_on", N_("The old permit is to be cancelled first; %(measured)s lies in the future."), measured=cancelled.isoformat())
    elif cancelled and start and start < cancelled:
        yield problem("application.contract_from", N_("The new contract begins on %(measured)s, before the old permit was cancelled on %(limit)s."), measured=start.isoformat(), limit=cancelled.isoformat())
    if cancelled and asked.get("visa_kind") == "stay" and (around.today - cancelled).days > STAY_DAYS:
        yield problem("class_ground.previous_cancelled_on", N_("The old permit was cancelled on %(measured)s. On a stay visa a change of employer is filed within %(limit)s days of it; now the application is filed from overseas."), measured=cancelled.isoformat(), limit=STAY_DAYS)
    if around.about.get("in_force"):
        yield problem("class_ground.previous_permit", N_("This permit is still in force with another employer. It is cancelled there first."))
    before, now = around.about.get("occupation"), asked.get("occupation")
    if before and now and before != now:
        yield problem("application.occupation", N_("A change of employer keeps the occupation. For another occupation choose another ground, or file from overseas."))


def visa(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    expires = day(_held(answers, "application").get("visa_expires"))
    if expires and expires < around.today:
        yield problem("application.visa_expires", N_("The visa or residence permit ended on %(measured)s. Filing inside China needs a valid one; otherwise the application is filed from overseas."), measured=expires.isoformat())


def short_term(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """At most 90 days, both ends counted; 18 to 60 years; a promise of no criminal record."""
    asked, birth = _held(answers, "application"), day(_held(answers, "basic").get("birth_date"))
    start, end = day(asked.get("contract_from")), day(asked.get("contract_to"))
    least, most = around.profile.short_ages
    if birth and birth <= around.today and not least <= age(birth, around.today) <= most:
        yield problem("basic.birth_date", N_("The applicant is %(measured)s years old; permits of 90 days or less are for %(least)s to %(most)s."), measured=age(birth, around.today), least=least, most=most)
    if start and start < around.today:
        yield problem("application.contract_from", N_("The work begins on %(measured)s, before today."), measured=start.isoformat())
    if start and end and end < start:
        yield problem("application.contract_to", N_("The work ends on %(measured)s, before it begins on %(limit)s."), measured=end.isoformat(), limit=start.isoformat())
    elif start and end and (end - start).days + 1 > SHORT_DAYS:
        yield problem("application.contract_to", N_("That is %(measured)s days; this permit is for at most %(limit)s. For longer work apply for a permit of more than 90 days."), measured=(end - start).days + 1, limit=SHORT_DAYS)
    if _held(answers, "task").get("no_crime_promise") == "no":
        yield problem("task.no_crime_promise", N_("Without this declaration the application cannot be filed."))


def extension(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """The new contract begins the day after the old permit's last; the class stays or rises from B to A; the residence permit is valid."""
    about, asked, ground = around.about, _held(answers, "application"), _held(answers, "class_ground")
    last, start, residence = day(about.get("valid_to")), day(asked.get("contract_from")), day(asked.get("residence_expires"))
    if last and start and start != last + timedelta(days=1):
        yield problem("application.contract_from", N_("The new contract begins on %(measured)s; it must join the present permit and begin on %(limit)s."), measured=start.isoformat(), limit=(last + timedelta(days=1)).isoformat())
    if residence and residence < around.today:
        yield problem("application.residence_expires", N_("The residence permit ended on %(measured)s. An extension needs both permits valid."), measured=residence.isoformat())
    before, now = about.get("class"), ground.get("class")
    if not before or not now:
        return
    if ground.get("change") == "yes" and (before, now) != ("B", "A"):
        yield problem("class_ground.class", N_("An extension can raise the class from B to A only; this permit is of class %(measured)s."), measured=before)
    if ground.get("change") == "no" and now != before:
        yield problem("class_ground.class", N_("The permit is of class %(limit)s, here class %(measured)s is chosen. Say above that the class changes, or keep it."), measured=now, limit=before)


def same_occupation(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    before, now = around.about.get("occupation"), _held(answers, "application").get("occupation")
    if before and now and before != now:
        yield problem("application.occupation", N_("The occupation cannot change here. For another occupation the permit is cancelled and applied for anew."))


# What an amendment may touch, by the question that must be answered yes: (section, field) and the fact of the permit it is compared with.
_FACTS = {
    "name": (("basic", "surname"), ("basic", "given_names"), ("basic", "chinese_name")),
    "passport": (("basic", "passport_no"),),
    "title": (("application", "position"), ("application", "position_en")),
    "class": (("class_ground", "class"),),
}
_NEVER = (("basic", "birth_date"), ("basic", "sex"))


def amendment(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """Something has changed; only what was said to have changed differs; the day of the change is known."""
    said, about = _held(answers, "amendment"), around.about
    if all(said.get(what) == "no" for what in _FACTS):
        yield problem("amendment.name", N_("Nothing is said to have changed. Answer yes to what has."))
    happened = day(said.get("changed_on"))
    if happened and happened > around.today:
        yield problem("amendment.changed_on", N_("The day of the change %(measured)s lies in the future."), measured=happened.isoformat())
    for what, places in _FACTS.items():
        changed = [place for place in places if _differs(answers, about, place)]
        if said.get(what) == "no" and changed:
            yield problem(".".join(changed[0]), N_("This differs from the permit, but above it is said not to have changed. Answer yes there, or put back “%(limit)s”."), limit=about.get(changed[0][1]) or "—")
        if said.get(what) == "yes" and not changed:
            yield problem(".".join(places[0]), N_("This is said to have changed, but it stands here as on the permit."))
    for place in _NEVER:
        if _differs(answers, about, place):
            yield problem(".".join(place), N_("This belongs to the person and does not change with a permit. A mistake is corrected at the window."))


def _differs(answers: Mapping[str, Any], about: Mapping[str, Any], place: tuple[str, str]) -> bool:
    section, name = place
    held, before = _held(answers, section).get(name), about.get(name)
    return before is not None and held is not None and str(held) != str(before)


def cancellation(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """The ground fits its dates: a contract about to end is 15 days away at most; who left was gone 15 days before a notice that ran for 10."""
    said = _held(answers, "cancellation")
    ended, seen, published = day(said.get("ended_on")), day(said.get("last_seen_on")), day(said.get("published_on"))
    ahead = ENDS_SOON_DAYS if said.get("ground") == "ends" else 0
    if ended and (ended - around.today).days > ahead:
        yield problem("cancellation.ended_on", N_("The last day %(measured)s lies too far ahead for this ground; the latest is %(limit)s."), measured=ended.isoformat(), limit=(around.today + timedelta(days=ahead)).isoformat())
    if said.get("ground") != "left":
        return
    if seen and published and (published - seen).days <= UNREACHABLE_DAYS:
        yield problem("cancellation.published_on", N_("The notice may be printed when the employee has not been reached for more than %(limit)s days; here it is %(measured)s."), measured=(published - seen).days, limit=UNREACHABLE_DAYS)
    if published and (around.today - published).days < NOTICE_DAYS:
        yield problem("cancellation.published_on", N_("The public notice runs for %(limit)s days; until %(until)s the cancellation cannot be filed."), limit=NOTICE_DAYS, until=(published + timedelta(days=NOTICE_DAYS)).isoformat())


def on_paper(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    said = _held(answers, "cancellation")
    ended = day(said.get("ended_on"))
    if said.get("ground") == "old_notice" and not around.about.get("paper_only"):
        yield problem("cancellation.ground", N_("This permit was granted on or after 1 December 2024, or its card was claimed: the employer cancels it online, through cancellation of a work permit."))
    if ended and ended > around.today:
        yield problem("cancellation.ended_on", N_("The last day %(measured)s lies in the future."), measured=ended.isoformat())


def card(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    """A physical card that still runs; where it is on file, the facts are those on file."""
    said, asked, about = _held(answers, "card"), _held(answers, "application"), around.about
    number = str(said.get("permit_number") or "")
    if number and number != about.get("permit_number") and not (len(number) == 18 and number.isascii() and number.isdigit()):
        yield problem("card.permit_number", N_("A work permit number has 18 digits; these are %(measured)s characters."), measured=len(number))
    start, end = day(asked.get("contract_from")), day(asked.get("contract_to"))
    if end and end < around.today:
        yield problem("application.contract_to", N_("The physical card expired on %(measured)s. An expired card is not exchanged; apply for a new permit."), measured=end.isoformat())
    if start and end and end < start:
        yield problem("application.contract_to", N_("The permit ends on %(measured)s, before it begins on %(limit)s."), measured=end.isoformat(), limit=start.isoformat())
    for section, name, fact in (
        ("card", "card_number", "physical_card_number"), ("card", "permit_number", "permit_number"), ("class_ground", "class", "class"),
        ("application", "contract_from", "valid_from"), ("application", "contract_to", "valid_to"),
    ):  # fmt: skip
        held, before = _held(answers, section).get(name), about.get(fact)
        if held and before and str(held) != str(before):
            yield problem(f"{section}.{name}", N_("On file stands “%(limit)s”. The exchange changes nothing; file a change for what is different now."), limit=before)


def residence(answers: Mapping[str, Any], around: Surroundings) -> Iterator[Problem]:
    said, last = _held(answers, "residence"), day(_held(answers, "application").get("contract_to")) or day(around.about.get("valid_to"))
    expires, until = day(said.get("residence_expires")), day(said.get("residence_until"))
    if expires and expires < around.today:
        yield problem("residence.residence_expires", N_("It ended on %(measured)s. A joint filing needs a valid visa or residence permit."), measured=expires.isoformat())
    if until and last and until > last:
        yield problem("residence.residence_until", N_("Wanted until %(measured)s, after the last day of the work, %(limit)s."), measured=until.isoformat(), limit=last.isoformat())


RULES: dict[str, Rule] = {
    "domestic": domestic, "visa": visa, "short_term": short_term, "extension": extension, "same_occupation": same_occupation,
    "amendment": amendment, "cancellation": cancellation, "on_paper": on_paper, "card": card, "residence": residence,
}  # fmt: skip


def late(happened: date | None, filed: date, limit: int, working_days_between: Callable[[date, date], int]) -> int | None:
    """Working days by which a change or an end was reported after its limit; None if in time."""
    if happened is None or filed <= happened:
        return None
    over = working_days_between(happened, filed) - limit
    return over if over > 0 else None
