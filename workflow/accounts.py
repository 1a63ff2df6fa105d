"""Acts upon accounts: registering an employer and confirming it, handlers and staff, the second factor. The desk for people.

Passwords arrive hashed (the door hashes them). Every act is one transaction; those upon an employer leave a line in the employer's file.
"""

import hmac
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from workflow import clock, ledger, registry
from workflow.employer import EmployerState, lifecycle
from workflow.engine import N_, Refused
from workflow.models import Authority, Employer, Message, Outbox, User, UserRole, db, writing
from workflow.registry import Answer
from workflow.registry_http import Unreachable
from workflow.roles import STAFF, SYSTEM, Actor, Role
from workflow.transaction import done_before, fingerprint, load, remember, unchanged

STEP = 30  # seconds, RFC 6238
LEAST, LEAST_STAFF, MOST = 8, 12, 128  # characters of a password (OWASP ASVS 6.2)

TAKEN_EMAIL = N_("There is an account with this e-mail address already. Sign in with it, or give another address.")
REGISTRY_AGREES = N_("The business registry has confirmed the employer's code and name. The authority can confirm the account now.")
CONFIRMED = N_("The authority has confirmed the employer's account. Filing can begin.")
NOT_CONFIRMED = N_("The authority has not confirmed the employer's account. The reason: %(reason)s")


def spend_code(user_id: int, secret: str, code: str, at: datetime | None = None) -> bool:
    """Whether this is the account's code now (or one step before or after), and not used before. A right code is spent by asking."""
    typed = "".join(c for c in unicodedata.normalize("NFKC", code) if not c.isspace())
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        return False
    now, totp = int((at or clock.now()).timestamp()) // STEP, pyotp.TOTP(secret)
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.at(step * STEP), typed)]
    if not fitting:
        return False
    with writing() as session:
        spent = session.execute(sa.update(User).where(User.id == user_id, User.totp_last_step < fitting[0]).values(totp_last_step=fitting[0]))
    return bool(spent.rowcount)


def by_email(address: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == address.strip().lower()))


def password_problem(password: str, email: str, *, staff: bool) -> tuple[str, dict[str, Any]] | None:
    """Why this cannot be the password (msgid, values), or None. Length decides; no rules about kinds of characters."""
    least = LEAST_STAFF if staff else LEAST
    if len(password) < least:
        return N_("The password has %(measured)s characters; it needs at least %(limit)s. A sentence is easy to remember."), {"measured": len(password), "limit": least}
    if len(password) > MOST:
        return N_("The password has %(measured)s characters; at most %(limit)s can be taken."), {"measured": len(password), "limit": MOST}
    if password.casefold() == email.strip().casefold():
        return N_("The e-mail address cannot be the password. Choose another."), {}
    return None


def registry_problem(found: registry.Found, name: str) -> tuple[str, str, dict[str, Any]] | None:
    """What the business registry has against this employer: (field, msgid, values), or None. The three failures have three ways out."""
    if found.answer is Answer.MALFORMED:
        if len(found.odd) == 1 and found.odd not in registry.ALPHABET:
            return "credit_code", N_("The code contains “%(measured)s”, which never occurs in a unified social credit code. It has 18 digits and capital letters, without I, O, S, V and Z: perhaps 1, 0, 5 or 2 is meant."), {"measured": found.odd}
        if len(found.code) != 18:
            return "credit_code", N_("The code has %(measured)s characters; a unified social credit code has %(limit)s. Compare it with the business licence."), {"measured": len(found.code), "limit": 18}
        return "credit_code", N_("Characters 3 to 8 of the code name the place of registration and are digits; here they are “%(measured)s”. Compare them with the business licence."), {"measured": found.odd}
    if found.answer is Answer.NAME_DIFFERS:
        return "name", N_("The registry knows the code %(number)s under another name than “%(measured)s”. Copy the name from the business licence, character by character. After a change of name, have the new name registered first."), {"number": found.code, "measured": name}
    if found.answer is Answer.NOT_FOUND:
        words = N_("The registry has nothing under the code %(number)s. Either it was entered wrongly: compare it with the business licence. Or the local market-supervision registry has not reported the company to the national one yet: ask the registry that issued the licence, and come back when it has.")
        if found.warning:
            words = N_("The registry has nothing under the code %(number)s, and its last character does not fit the others, so a character was probably mistyped: compare it with the business licence. If it is right, the local market-supervision registry may not have reported the company to the national one yet: ask the registry that issued the licence, and come back when it has.")
        return "credit_code", words, {"number": found.code}
    return None


def register_employer(values: Mapping[str, Any], handler: Mapping[str, str], *, key: str | None = None) -> User:
    """Enter an employer, waiting for its authority, and its first handler; the handler is returned.

    `values`: the columns of Employer, authority_id included. `handler`: name, email, phone, password_hash, locale.
    Refused with the code "field:<name of the field>" where a field is at fault.
    """
    found = registry.look_up(values["credit_code"], values["name"])
    if problem := registry_problem(found, values["name"]):
        raise Refused(f"field:{problem[0]}", problem[1], **problem[2])
    email = handler["email"].strip().lower()
    by, body = Actor(f"registering {fingerprint(email)[:20]}", (Role.HANDLER,)), fingerprint(dict(values), email, handler["name"])
    try:
        with writing() as session:
            if before := done_before(key, by, body):
                return session.get_one(User, before["user"])
            if session.get(Authority, values["authority_id"]) is None:
                raise Refused("field:authority", N_("Please choose the authority that is responsible for the employer."))
            declined = session.scalar(sa.select(Employer).where(Employer.credit_code == found.code, Employer.state == EmployerState.DECLINED).with_for_update(of=Employer))
            if declined is not None:
                user = _again(declined, values, handler, found)
                remember(key, by, body, user=user.id)
                return user
            if session.scalar(sa.select(Employer.id).where(Employer.credit_code == found.code)):
                raise Refused("field:credit_code", N_("The employer with the code %(number)s is registered already. Ask its handlers to add you: they find this under “Employer”."), number=found.code)
            if by_email(email):
                raise Refused("field:email", TAKEN_EMAIL)
            checked = found.answer is not Answer.UNCHECKED
            employer = Employer(
                **{**values, "credit_code": found.code}, state=EmployerState.PENDING, code_warning=found.warning, created_at=clock.now(),
                registry_state=found.answer.value, registry_checked_at=clock.now() if checked else None,
            )  # fmt: skip
            session.add(employer)
            session.flush()
            user = _handler(employer, handler)
            session.flush()
            facts = {"code": found.code, "warning": found.warning, **({} if checked else {"registry": found.answer.value})}
            ledger.write(employer, "register_employer", by=user, role=Role.HANDLER, from_version=0, to_state=EmployerState.PENDING, facts=facts)
            if not checked:
                _promise_check(employer)
            remember(key, by, body, user=user.id)
            return user
    except IntegrityError as clash:  # somebody registered the same a moment earlier
        raise Refused("field:credit_code", N_("Somebody registered this employer or this e-mail address a moment ago. Sign in, or ask the employer's handlers.")) from clash


def _again(employer: Employer, values: Mapping[str, Any], handler: Mapping[str, str], found: registry.Found) -> User:
    """A declined employer registers anew: the row takes the new data and waits again, its file keeps what was before.

    Whoever acted for the declined registration has no access any more, unless it is the same person, who has proven the password
    (the door says so in handler["same"]).
    """
    earlier = by_email(handler["email"])
    same = earlier is not None and earlier.employer_id == employer.id and handler.get("same") == str(earlier.id)
    if earlier is not None and not same:
        raise Refused("field:email", TAKEN_EMAIL)
    from_version, from_state, before = employer.version, employer.state, {"name": employer.name, "authority": employer.authority_id}
    ended = [user for user in db.session.scalars(sa.select(User).where(User.employer_id == employer.id, User.active)) if not (same and user is earlier)]
    for user in ended:
        user.active = False
    if same and earlier is not None:
        earlier.name, earlier.phone, earlier.active = handler["name"], handler.get("phone", ""), True
    user = earlier if same and earlier is not None else _handler(employer, handler)
    db.session.flush()
    for name, value in {**values, "credit_code": found.code}.items():
        setattr(employer, name, value)
    checked = found.answer is not Answer.UNCHECKED
    employer.code_warning, employer.registry_state, employer.registry_checked_at = found.warning, found.answer.value, clock.now() if checked else None
    lifecycle.perform("register_again", employer, user)
    facts = {"code": found.code, "before": before, "ended": [each.id for each in ended], "warning": found.warning}
    ledger.write(employer, "register_again", by=user, role=Role.HANDLER, from_version=from_version, from_state=from_state, to_state=employer.state, facts=facts)
    if not checked:
        _promise_check(employer, f":{from_version}")
    db.session.flush()
    return user


def _promise_check(employer: Employer, again: str = "") -> None:
    """The registry gave no answer: it is asked again from the outbox until it gives one."""
    due = clock.now() + timedelta(minutes=1)
    db.session.add(Outbox(task="check_registry", key=f"registry:{employer.id}{again}", payload={"employer": employer.id}, created_at=clock.now(), due_at=due))


def check_later(employer_id: int) -> None:
    """Ask the registry for an employer that registered while it gave no answer. Raises Unreachable while it still gives none; done already is done."""
    employer = db.session.get(Employer, employer_id)
    if employer is None or employer.registry_state != Answer.UNCHECKED.value:
        return
    code, name = employer.credit_code, employer.name
    db.session.rollback()  # no transaction stays open while somebody else is asked
    found = registry.look_up(code, name)
    if found.answer is Answer.UNCHECKED:
        raise Unreachable("the business registry gives no answer")
    with writing() as session:
        employer = load(Employer, employer_id)
        if employer.registry_state != Answer.UNCHECKED.value:
            return
        from_version, employer.registry_state, employer.registry_checked_at = employer.version, found.answer.value, clock.now()
        problem = registry_problem(found, name)
        ledger.write(employer, "check_registry", by=SYSTEM, role=Role.SYSTEM, from_version=from_version, facts={"registry": found.answer.value})
        msgid, said = (problem[1], problem[2]) if problem else (REGISTRY_AGREES, {})
        session.add(Message(employer_id=employer.id, msgid=msgid, values=said, created_at=clock.now()))
        session.flush()


def _handler(employer: Employer, values: Mapping[str, str]) -> User:
    user = User(
        email=values["email"].strip().lower(), name=values["name"], phone=values.get("phone", ""), password_hash=values["password_hash"],
        locale=values.get("locale") or "zh_Hans_CN", employer_id=employer.id, created_at=clock.now(),
    )  # fmt: skip
    user.grants.append(UserRole(role=Role.HANDLER))
    db.session.add(user)
    return user


def decide_employer(employer_id: int, trigger: str, *, by: Any, seen: int | None, key: str | None = None, **answers: str) -> Employer:
    """Pull a lever of workflow/employer.py: confirm, or decline with a reason. The handlers are told."""
    body = fingerprint(employer_id, trigger, answers)
    with writing() as session:
        employer = load(Employer, employer_id)
        if done_before(key, by, body) is not None:
            return employer
        unchanged(employer, seen)
        from_version, from_state = employer.version, employer.state
        move = lifecycle.perform(trigger, employer, by)
        asked = {name: (answers.get(name) or "").strip()[:2000] for name in move.asks}
        if empty := next((name for name, text in asked.items() if not text), None):
            raise Refused(f"asks:{empty}", N_("Say why: the employer reads exactly these words."))
        role = move.role_of(by)
        assert isinstance(role, Role)
        ledger.write(employer, trigger, by=by, role=role, from_version=from_version, from_state=from_state, to_state=employer.state, facts=asked)
        session.add(Message(employer_id=employer.id, msgid=CONFIRMED if employer.state is EmployerState.CONFIRMED else NOT_CONFIRMED, values=asked, created_at=clock.now()))
        remember(key, by, body, employer=employer.id)
        session.flush()
        return employer


def add_handler(values: Mapping[str, str], *, by: User, key: str | None = None) -> User:
    """Another handler for the own employer. `values` as in register_employer."""
    body = fingerprint("add_handler", values["email"], values["name"], values.get("phone", ""))
    with writing() as session:
        employer = _own_employer(by)
        if before := done_before(key, by, body):
            return session.get_one(User, before["user"])
        if employer.state is not EmployerState.CONFIRMED:
            raise Refused("employer", N_("Handlers can be added when the authority has confirmed the employer's account."))
        if by_email(values["email"]):
            raise Refused("field:email", TAKEN_EMAIL)
        from_version, user = employer.version, _handler(employer, values)
        session.flush()
        ledger.write(employer, "add_handler", by=by, role=Role.HANDLER, from_version=from_version, facts={"handler": user.id, "name": user.name})
        remember(key, by, body, user=user.id)
        return user


def end_handler(user_id: int, *, by: User) -> User:
    """Close the account of another handler of the own employer."""
    with writing() as session:
        employer, user = _own_employer(by), session.get(User, user_id)
        if user is None or user.employer_id != employer.id:
            raise Refused("gone", N_("This account does not exist."))
        _not_oneself(user, by)
        if user.active:
            from_version, user.active = employer.version, False
            ledger.write(employer, "end_handler", by=by, role=Role.HANDLER, from_version=from_version, facts={"handler": user.id, "name": user.name})
        return user


def _own_employer(by: User) -> Employer:
    if by.employer_id is None or Role.HANDLER not in by.roles:
        raise Refused("role", N_("This step belongs to another office or person."))
    return load(Employer, by.employer_id)


def add_staff(values: Mapping[str, str], roles: Collection[Role], *, by: User, key: str | None = None) -> tuple[User, bool]:
    """A colleague of the administrator's own authority, with a second factor made here. True beside it when this call added the account."""
    body = fingerprint("add_staff", values["email"], values["name"], sorted(roles))
    with writing() as session:
        _administrator(by)
        if before := done_before(key, by, body):
            return session.get_one(User, before["user"]), False
        if not roles or not set(roles) <= set(STAFF):
            raise Refused("field:roles", N_("Choose at least one role."))
        if by_email(values["email"]):
            raise Refused("field:email", TAKEN_EMAIL)
        user = User(
            email=values["email"].strip().lower(), name=values["name"], phone=values.get("phone", ""), password_hash=values["password_hash"],
            totp_secret=pyotp.random_base32(), authority_id=by.authority_id, created_at=clock.now(),
        )  # fmt: skip
        user.grants += [UserRole(role=role) for role in roles]
        session.add(user)
        session.flush()
        remember(key, by, body, user=user.id)
        return user, True


def set_staff_active(user_id: int, active: bool, *, by: User) -> User:
    """Close or open again the account of a colleague. Who ends sessions is the door, which keeps them."""
    with writing() as session:
        _administrator(by)
        user = session.get(User, user_id)
        if user is None or user.authority_id != by.authority_id:
            raise Refused("gone", N_("This account does not exist."))
        _not_oneself(user, by)
        user.active = active
        return user


def _administrator(by: User) -> None:
    if Role.ADMIN not in by.roles or by.authority_id is None:
        raise Refused("role", N_("This step belongs to another office or person."))


def _not_oneself(user: User, by: User) -> None:
    if user.id == by.id:
        raise Refused("oneself", N_("Nobody closes their own account: ask a colleague."))


def set_password(user_id: int, password_hash: str) -> None:
    with writing() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(password_hash=password_hash))
