"""Passwords and codes that we make, and what a password of somebody's own must be."""

from __future__ import annotations

import secrets as entropy
from typing import List

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without the ones that look alike
GROUPS, GROUP_LETTERS = 4, 5  # of a password: 99 bits


def new_code(groups: int = GROUPS) -> str:
    return "-".join("".join(entropy.choice(LETTERS) for _ in range(GROUP_LETTERS)) for _ in range(groups))


def problems_of(password: str, user: User) -> List[str]:
    """Why a password cannot be somebody's: codes of Django's validators, of the group of words `password_problems`."""
    try:
        validate_password(password, user)
    except ValidationError as err:
        return [str(problem.code) for problem in err.error_list]
    return []
