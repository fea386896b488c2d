"""Staff accounts: made, given roles, disabled. Passwords are made here, shown once, and stored as argon2id hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bot.conversations.database import setup

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FIRST_ADMIN = "admin"
ADMINISTRATOR, PRIVACY_OFFICER = "administrator", "privacy_officer"


class AccountError(ValueError):
    """What was asked for cannot be done; the message says why. `code`: one of the group of words `account_problems`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def add_user(name: str, roles: Sequence[str] = (), *, by: str = "") -> str:
    """Makes an account with roles of `roles.ROLES` and returns its password, which is kept nowhere else.

    Args:
        by: the administrator who makes it; its owner changes the password first of all. Empty: whoever uses the command line.
    Raises:
        AccountError: the name is taken or has characters a name cannot have, or the roles do not go together.
    """
    setup("bot.console.settings")
    from django.contrib.auth.models import User

    from bot.console.models import MadePassword
    from bot.console.passwords import new_code
    from bot.review import audit

    password = new_code()
    user = User(username=name)
    user.set_password(password)
    try:
        user.full_clean(validate_unique=False)
        with transaction.atomic():
            user.save()
            _give(user, roles)
            if by:
                MadePassword.objects.create(user=user)
            audit.note(by or audit.machine_user(), "account_add", subject(user), ", ".join(sorted(roles)))
    except ValidationError as err:
        raise AccountError("name", "A user name is 1 to 150 letters, digits and @ . + - _") from err
    except IntegrityError as err:
        raise AccountError("taken", f"There is already an account named {name}") from err
    return password


def ensure_first_admin() -> Optional[str]:
    """The password of the account "admin", made now because there was no account at all; None when there is one."""
    setup("bot.console.settings")
    from django.contrib.auth.models import User

    if User.objects.exists():
        return None
    try:
        return add_user(FIRST_ADMIN, [ADMINISTRATOR])
    except AccountError:  # another process was first
        return None


def set_roles(user: User, roles: Sequence[str], by: str) -> None:
    """Gives an account these roles and no others. Raises AccountError: it is one's own, the last administrator's or the provider's."""
    from bot.review import audit

    with transaction.atomic():
        _may_change(user, by, still_administers=ADMINISTRATOR in roles and user.is_active)
        _is_ours(user)
        _give(user, roles)
        audit.note(by, "account_roles", subject(user), ", ".join(sorted(roles)))


def take_roles(user: User, roles: Sequence[str]) -> None:
    """Gives an account the roles that the OpenID provider says it has. Raises AccountError: they do not go together."""
    from bot.review import audit

    if set(roles) != set(user.groups.values_list("name", flat=True)):
        with transaction.atomic():
            _give(user, roles)
            audit.note(user.get_username(), "account_roles", subject(user), ", ".join(sorted(roles)))


def set_active(user: User, active: bool, by: str) -> None:
    """Lets an account sign in or not; whoever is signed in with it is out at the next request. Raises AccountError as `set_roles`."""
    from bot.review import audit

    with transaction.atomic():
        _may_change(user, by, still_administers=active)
        user.is_active = active
        user.save(update_fields=["is_active"])
        audit.note(by, "account_enable" if active else "account_disable", subject(user))


def reset_password(user: User, by: str) -> str:
    """A new password, kept nowhere else, which its owner changes first of all; the old one's sessions end.

    Raises AccountError: it is one's own or the provider's.
    """
    from bot.console.models import MadePassword
    from bot.console.passwords import new_code
    from bot.review import audit

    password = new_code()
    with transaction.atomic():
        _may_change(user, by)
        _is_ours(user)
        user.set_password(password)
        user.save(update_fields=["password"])
        MadePassword.objects.get_or_create(user=user)
        audit.note(by, "account_password", subject(user))
    return password


def remove_second_factor(user: User, by: str) -> None:
    """For somebody who lost their phone and their recovery codes. Raises AccountError: it is one's own."""
    from bot.console import second_factor
    from bot.review import audit

    with transaction.atomic():
        _may_change(user, by)
        if second_factor.remove(user):
            audit.note(by, "second_factor_off", subject(user))


def subject(user: User) -> str:
    """Of an entry of the audit log."""
    return f"account:{user.get_username()}"


def _give(user: User, roles: Sequence[str]) -> None:
    from django.contrib.auth.models import Group

    if {ADMINISTRATOR, PRIVACY_OFFICER} <= set(roles):
        raise AccountError("apart", "Nobody is administrator and privacy officer at once: the one gives the roles, the other reveals")
    if user.is_superuser:  # a role says what an account may do
        user.is_superuser = False
        user.save(update_fields=["is_superuser"])
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)


def _is_ours(user: User) -> None:
    if hasattr(user, "openid"):
        raise AccountError("openid", "This account's password and roles are the OpenID provider's")


def _may_change(user: User, by: str, *, still_administers: bool = True) -> None:
    """In a transaction: two administrators cannot take the role from each other at the same moment."""
    from django.contrib.auth.models import Group, User
    from django.db.models import Q

    if user.get_username() == by:
        raise AccountError("self", "Nobody changes their own account here")
    Group.objects.select_for_update().get_or_create(name=ADMINISTRATOR)
    administrators = User.objects.filter(Q(groups__name=ADMINISTRATOR) | Q(is_superuser=True), is_active=True)
    if not still_administers and set(administrators.values_list("pk", flat=True)) == {user.pk}:
        raise AccountError("last", "This is the last administrator")
