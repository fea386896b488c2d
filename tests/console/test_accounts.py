"""Accounts made from the command line."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bot.console.accounts import AccountError, add_user, ensure_first_admin
from tests.console.staff import NAME, Staff


def test_the_first_account_is_made_once_and_its_password_works(visitor: Client) -> None:
    User.objects.all().delete()
    password = ensure_first_admin()
    assert password
    assert ensure_first_admin() is None
    assert Staff(visitor).sign_in("admin", password).status_code == 302


def test_no_first_account_is_made_where_there_are_accounts(console_database: str) -> None:
    assert ensure_first_admin() is None
    assert not User.objects.filter(username="admin").exists()


def test_a_new_member_of_staff_gets_a_password_that_is_kept_as_an_argon2_hash_only(visitor: Client) -> None:
    password = add_user("claire.tremblay")
    assert password != add_user("jo")
    assert User.objects.get(username="claire.tremblay").password.startswith("argon2$argon2id$")
    assert Staff(visitor).sign_in("claire.tremblay", password).status_code == 302


@pytest.mark.parametrize("name", [NAME, "", "two words", "a" * 151, "a\0b"])
def test_a_name_that_is_taken_or_cannot_be_a_name_is_refused(console_database: str, name: str) -> None:
    before = User.objects.count()
    with pytest.raises(AccountError):
        add_user(name)
    assert User.objects.count() == before
