"""Using the electronic card: signing in, trusted phones, the code under 亮证 (one minute, one scan), locking and unlocking."""

import hashlib
import io
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from PIL import Image, ImageOps

from workflow import card as life
from workflow import clock, codes, files, jobs, ledger, locks, messages, reports, throttle
from workflow.card import CardState
from workflow.documents.refs import ALPHABET
from workflow.engine import N_, Refused, within_reach
from workflow.models import Card, CardDevice, Permit, Person, ShownCode, Visit, db, writing
from workflow.passwords import verify_password
from workflow.roles import ENTRANT, Role
from workflow.transaction import load

TRIES, LOCK_MINUTES = 5, 15
SHOWN_FOR = timedelta(seconds=60)
PORTRAIT = (246, 309)  # three times the 82 × 103 on the card's face
CODE_LENGTH = 16  # of 32 letters and digits: 80 bits
REST = N_("Five tries did not match. Signing in to this card rests until %(until)s. The window can help: bring your passport.")


def sign_in(permit_number: str, password: str, device: str = "") -> tuple[Card, bool]:
    """(card, whether this phone is known). Raises Refused("no_match") alike for an unknown number and a wrong password, or Refused("locked")."""
    number = "".join(sign for sign in permit_number[:60].upper() if sign.isascii() and sign.isalnum())[:18]  # numbers of the old system may hold letters
    key = key_of(number)
    _count_try(key)
    card = db.session.scalar(sa.select(Card).join(Person).where(Person.permit_number == number))
    right = verify_password((card.password_hash or None) if card else None, password[:200])
    if not right or card is None or card.state is CardState.CLOSED:
        raise Refused("no_match", N_("Number and password do not belong together. Five tries that do not match lock the card for a while."))
    throttle.clear(key)
    return card, _knows(card, device)


def key_of(permit_number: str) -> str:
    """Under which sign-in attempts to a card are counted."""
    return throttle.key_of("card", permit_number)


def send_code(card_id: int, *, locale: str = "en") -> None:
    with writing() as session:
        card = session.get_one(Card, card_id)
        codes.send(f"card:{card_id}", card.person, locale=locale, case_id=card.permit.case_id if card.permit else None)
    jobs.wake()


def check_code(card_id: int, typed: str, *, at: str = "phone", by: Any = ENTRANT) -> None:
    """Spend the code of a new phone, or of a machine. The card's file says where, so that a strange sign-in can be told apart."""
    key = f"card-code:{card_id}"
    _count_try(key)
    with writing():
        right = codes.spend(f"card:{card_id}", typed)
        if right:
            card = load(Card, card_id)
            ledger.write(card, "sign_in", by=by, role=Role.ENTRANT, from_version=card.version, case_id=card.permit.case_id if card.permit else None, facts={"at": at})
    if not right:
        raise Refused("no_match", N_("This code does not match or has ended."))
    throttle.clear(key)


def trust(card_id: int) -> str:
    """Remember a phone on which a code was proven. Returns the secret for its cookie; the row keeps the hash."""
    token = secrets.token_urlsafe(32)
    with writing() as session:
        session.add(CardDevice(token_hash=_hashed(token), card_id=card_id, created_at=clock.now(), seen_at=clock.now()))
    return token


def _knows(card: Card, device: str) -> bool:
    if not device:
        return False
    return db.session.scalar(sa.select(CardDevice.card_id).where(CardDevice.token_hash == _hashed(device), CardDevice.card_id == card.id)) is not None


def end_visits(card_id: int, keep: str = "") -> None:
    """Inside the writing transaction: every visit to the card but `keep` ends, and what is on screens is worthless."""
    db.session.execute(sa.update(Visit).where(Visit.card_id == card_id, Visit.ended_at.is_(None), Visit.id_hash != keep).values(ended_at=clock.now()))
    db.session.execute(sa.update(ShownCode).where(ShownCode.card_id == card_id, ShownCode.used_at.is_(None)).values(expires_at=clock.now()))


def lock(card_id: int, *, by: Any = ENTRANT, keep: str = "", **facts: str) -> Card:
    """Nobody can show the card until it is unlocked; every other visit to it ends, and codes on screens are worthless. `keep`: the visit that stays."""
    with writing():
        card = _move(card_id, "lock", by, facts)
        end_visits(card_id, keep)
    jobs.wake()
    return card


def unlock(card_id: int, *, by: Any = ENTRANT, password: str | None = None, second: Any = None, **facts: str) -> Card:
    """The holder unlocks with the password what the holder locked; the window, having seen the passport, without.

    Raises Refused("at_window") where a dispute or the window locked it: whoever knows the password may be just whom the holder disputed.
    Raises Refused("second") where an officer needs another (workflow/card.py) and there is none.
    """
    if Role.WINDOW not in by.roles:
        _count_try(f"unlock:{card_id}")
        card = db.session.get_one(Card, card_id)
        if not verify_password(card.password_hash or None, (password or "")[:200]):
            raise Refused("password", N_("This is not the card's password."))
        throttle.clear(f"unlock:{card_id}")
    with writing():
        card = unlock_within(card_id, by, second, facts)
    jobs.wake()
    return card


def unlock_within(card_id: int, by: Any, second: Any, facts: dict[str, str]) -> Card:
    """Inside the writing transaction."""
    held = load(Card, card_id)
    if Role.WINDOW in by.roles:
        locks.need_second("unlock", held, by, second)
    elif not locks.by_holder(held):
        raise Refused("at_window", N_("This card was locked by the window, or after somebody said that the registration was not the holder's. It is unlocked at the window: bring your passport."))
    return _move(card_id, "unlock", by, facts)


def window_code(card_id: int, *, by: Any) -> str:
    """For the window officer who has seen the passport: the code with which the holder signs in on a new phone when the contacts on file are lost."""
    if Role.WINDOW not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    with writing():
        card = load(Card, card_id)
        if not within_reach(card, by):
            raise Refused("reach", N_("This file belongs to another employer or another authority."))
        if not card.password_hash:
            raise Refused("not_registered", N_("Nobody has registered a card with this letter. You can register now."))
        code = codes.hand_out(f"card:{card_id}", by)
        case_id = card.permit.case_id if card.permit else None
        ledger.write(card, "sign_in_code", by=by, role=Role.WINDOW, from_version=card.version, case_id=case_id)
        messages.tell_holder(card.person, messages.TO_ENTRANT["window_code"], {}, case_id=case_id)
    throttle.clear(f"card-code:{card_id}")
    throttle.clear(key_of(card.person.permit_number))
    jobs.wake()
    return code


def _move(card_id: int, trigger: str, by: Any, facts: dict[str, str]) -> Card:
    card = load(Card, card_id)
    from_state, from_version = card.state, card.version
    move = life.lifecycle.perform(trigger, card, by)
    case_id = card.permit.case_id if card.permit else None
    ledger.write(card, trigger, by=by, role=Role(str(move.role_of(by))), from_version=from_version, from_state=from_state, to_state=card.state, case_id=case_id, facts=facts)
    messages.tell_holder(card.person, messages.TO_ENTRANT[f"card_{trigger}"], {}, case_id=case_id)
    db.session.flush()
    return card


def report(card_id: int, words: str, *, locale: str = "", by: Any = ENTRANT) -> None:
    """“This is wrong”: into the case file, and to the windows of the authority."""
    permit = db.session.get_one(Card, card_id).permit
    if permit is None:
        raise Refused("gone", N_("There is no work permit on this card."))
    reports.say(permit.case_id, words, source="card", locale=locale, by=by)


def history(card: Card) -> list[Permit]:
    """Every permit of the holder, newest first."""
    return list(db.session.scalars(sa.select(Permit).where(Permit.person_id == card.person_id).order_by(Permit.id.desc())))


def can_show(card: Card) -> None:
    """Raises Refused with the reason why this card gives out no code."""
    if card.state is not CardState.ACTIVE:
        raise Refused("locked", N_("The card is locked. Unlock it first."))
    if not card.permit_in_force:
        raise Refused("not_in_force", N_("No work permit is in force on this card. There is nothing to show."))


def show_code(card_id: int) -> tuple[str, datetime]:
    """A fresh code and when it ends. A code shown before ends at once."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    with writing() as session:
        can_show(load(Card, card_id))
        now = clock.now()
        session.execute(sa.update(ShownCode).where(ShownCode.card_id == card_id, ShownCode.used_at.is_(None), ShownCode.expires_at > now).values(expires_at=now))
        session.add(ShownCode(code_hash=_hashed(code), card_id=card_id, expires_at=now + SHOWN_FOR))
    return code, now + SHOWN_FOR


class Redeemed(NamedTuple):
    """`answer`: "live" (the card may be looked at, this once), "used" (scanned before, at `at`), or "over" (expired, or never given out)."""

    answer: str
    card: Card | None = None
    at: datetime | None = None


def redeem(code: str, *, by: Any = ENTRANT, where: str = "") -> Redeemed:
    """Scan a shown code. Of many at once exactly one gets the page."""
    hashed, now = _hashed(code.upper()[:64]), clock.now()
    with writing() as session:
        taken = session.execute(
            sa.update(ShownCode).where(ShownCode.code_hash == hashed, ShownCode.used_at.is_(None), ShownCode.expires_at > now).values(used_at=now)
        ).rowcount
        row = session.get(ShownCode, hashed, populate_existing=True)
        if not taken:
            return Redeemed("used", None, row.used_at) if row is not None and row.used_at else Redeemed("over")
        card = load(Card, row.card_id)
        try:
            can_show(card)
        except Refused:
            return Redeemed("over")
        role = Role.WINDOW if Role.WINDOW in by.roles else Role.ENTRANT
        ledger.write(card, "show", by=by, role=role, from_version=card.version, case_id=card.permit.case_id if card.permit else None, facts={"where": where} if where else {})
        session.flush()
    return Redeemed("live", card, now)


def portrait(sha256: str) -> bytes:
    """The photograph as small as it is shown: 246 × 309 at most, JPEG. Read from the copy that was drawn anew at upload."""
    with Image.open(io.BytesIO(files.read(sha256))) as picture:
        picture.draft("RGB", PORTRAIT)
        small = ImageOps.fit(picture.convert("RGB"), PORTRAIT)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _count_try(key: str) -> None:
    if until := throttle.attempt(key, TRIES, LOCK_MINUTES):
        raise Refused("locked", REST, until=until.astimezone(clock.BEIJING).strftime("%H:%M"))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
