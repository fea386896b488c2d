"""Guessing passwords is slow: attempts are counted by account and by address, before the password is looked at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bot.console.models import SignInAttempt

WINDOW = timedelta(minutes=15)  # data/console/ tells staff this time
ACCOUNT_LIMIT = 10
ADDRESS_LIMIT = 30


def may_try(account: str, address: str) -> bool:
    """Counts one attempt and says whether its password may be checked. Refused attempts do not count.

    The row is written before the count, so that guesses sent at the same moment see each other.
    """
    SignInAttempt.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    account = _same_account(account)
    attempt = SignInAttempt.objects.create(account=account, address=address)
    allowed = (
        SignInAttempt.objects.filter(account=account).count() <= ACCOUNT_LIMIT
        and SignInAttempt.objects.filter(address=address).count() <= ADDRESS_LIMIT
    )
    if not allowed:
        attempt.delete()
    return allowed


def forget(account: str, address: str) -> None:
    """After a sign-in that worked: its earlier mistakes no longer count."""
    SignInAttempt.objects.filter(account=_same_account(account), address=address).delete()


def _same_account(name: str) -> str:
    return name.casefold()[:150]
