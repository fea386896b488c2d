"""Staff accounts made from the command line. Passwords are made here, shown once, and stored as argon2id hashes."""

from __future__ import annotations

import secrets as entropy
from typing import Optional, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bot.conversations.database import setup

FIRST_ADMIN = "admin"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without the ones that look alike
GROUPS, GROUP_LETTERS = 4, 5  # of a password: 99 bits


class AccountError(ValueError):
    """An account cannot be made; the message says why."""


def _new_password() -> str:
    return "-".join("".join(entropy.choice(LETTERS) for _ in range(GROUP_LETTERS)) for _ in range(GROUPS))


def add_user(name: str, roles: Sequence[str] = (), *, superuser: bool = False) -> str:
    """Makes an account with roles of `roles.ROLES` and returns its password, which is kept nowhere else.

    Raises:
        AccountError: the name is taken or has characters a name cannot have.
    """
    setup("bot.console.settings")
    from django.contrib.auth.models import Group, User

    password = _new_password()
    user = User(username=name, is_superuser=superuser)
    user.set_password(password)
    try:
        user.full_clean(validate_unique=False)
        with transaction.atomic():
            user.save()
            user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
    except ValidationError as err:
        raise AccountError("A user name is 1 to 150 letters, digits and @ . + - _") from err
    except IntegrityError as err:
        raise AccountError(f"There is already an account named {name}") from err
    return password


def ensure_first_admin() -> Optional[str]:
    """The password of the account "admin", made now because there was no account at all; None when there is one."""
    setup("bot.console.settings")
    from django.contrib.auth.models import User

    if User.objects.exists():
        return None
    try:
        return add_user(FIRST_ADMIN, superuser=True)
    except AccountError:  # another process was first
        return None
