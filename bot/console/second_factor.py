"""A second factor: six digits of an authenticator app (TOTP, RFC 6238), or one of ten recovery codes, each good once."""

from __future__ import annotations

import base64
import hmac
import secrets as entropy
import time
from dataclasses import dataclass
from typing import List, Optional
from urllib.parse import quote, urlencode

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from bot.city import city
from bot.console.models import RecoveryCode, SecondFactor
from bot.console.passwords import new_code
from bot.console.totp import DIGITS, SECRET_BYTES, STEP_S, code_at
from bot.sealing import lookup_digest, seal_with_master, unseal_with_master

DRIFT = 1  # steps a clock may be off
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Invitation:
    """What an authenticator app needs: a picture to scan, or the secret to type."""

    secret: str
    link: str
    svg: str


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def is_asked_of(name: str) -> bool:
    """Whether somebody who gives this name is asked for a code, whatever the password.

    Once an account has a second factor, half of the names that are nobody's are too, always the same ones: being asked tells
    neither that an account exists nor that the password is right.
    """
    user = User.objects.filter(username=name).first()
    if user is not None:
        return is_on(user)
    return SecondFactor.objects.exclude(confirmed_at=None).exists() and int(lookup_digest("second factor", name), 16) % 2 == 1


def begin(user: User) -> None:
    """Makes a secret that counts once a code of it was given. One that is on already stays."""
    secret = base64.b32encode(entropy.token_bytes(SECRET_BYTES)).decode()
    made = {"secret_sealed": seal_with_master(secret, _context(user.pk)), "last_step": 0}
    with transaction.atomic():
        SecondFactor.objects.filter(user=user, confirmed_at=None).delete()
        SecondFactor.objects.get_or_create(user=user, defaults=made)


def invitation(user: User) -> Optional[Invitation]:
    """For the secret that waits for its first code; None when there is none."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if factor is None:
        return None
    secret = unseal_with_master(factor.secret_sealed, _context(user.pk))
    issuer = city().name["en"]
    label = quote(f"{issuer}:{user.get_username()}")
    link = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
    return Invitation(secret, link, segno.make(link, error="m").svg_inline(scale=5, light="#fff", svgclass="qr", lineclass=None))


def confirm(user: User, code: str) -> Optional[List[str]]:
    """Puts the second factor on when the code is right, and returns the recovery codes, which are kept nowhere else; else None."""
    with transaction.atomic():
        if not _app_code_is_right(user.pk, code, confirmed=False):
            return None
        SecondFactor.objects.filter(user=user).update(confirmed_at=timezone.now())
        return new_recovery_codes(user)


def new_recovery_codes(user: User) -> List[str]:
    """Ten codes; those from before no longer count."""
    codes = [new_code(groups=2) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_recovery_digest(user.pk, code)) for code in codes)
    return codes


def remove(user: User) -> bool:
    """Whether there was one."""
    user.recovery_codes.all().delete()
    return SecondFactor.objects.filter(user=user).delete()[0] > 0


def is_recovery_code(code: str) -> bool:
    """Whether it is as long as one; right or wrong."""
    return len("".join(code.split())) > DIGITS


def accepts(user_id: Optional[int], code: str) -> bool:
    """Whether the code is right. It counts once. For nobody (None) it is wrong, after the same work."""
    return _app_code_is_right(user_id, code, confirmed=True) or _recovery_code_is_right(user_id, code)


def _app_code_is_right(user_id: Optional[int], code: str, *, confirmed: bool) -> bool:
    digits = "".join(code.split())
    factor = SecondFactor.objects.filter(user_id=user_id or 0, confirmed_at__isnull=not confirmed).first()
    secret = (
        base64.b32decode(unseal_with_master(factor.secret_sealed, _context(factor.pk))) if factor else entropy.token_bytes(SECRET_BYTES)
    )
    now = int(time.time()) // STEP_S
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), digits.encode(errors="replace")) and factor:
            return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1
    return False


def _recovery_code_is_right(user_id: Optional[int], code: str) -> bool:
    return RecoveryCode.objects.filter(user_id=user_id or 0, digest=_recovery_digest(user_id or 0, code)).delete()[0] == 1


def _recovery_digest(user_id: int, code: str) -> str:
    """A keyed HMAC: ten letters are 49 bits, too many to guess without the key, and a slow hash would be ten times as slow."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return lookup_digest("recovery code", f"{user_id}:{plain}")


def _context(user_id: int) -> str:
    return f"second factor:{user_id}"
