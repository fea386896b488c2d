"""Who may do what. A role is a Django group of the same name; an account may have several; a superuser is an administrator.

No role both reveals what is masked and changes accounts, and none changes the audit log.
"""

from __future__ import annotations

from enum import Enum
from functools import wraps
from typing import Any, Callable, Dict, FrozenSet, Union

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
Anybody = Union[User, AnonymousUser]


class Ability(str, Enum):
    """What a page or a button asks for."""

    READ = "read"  # conversations (masked), numbers, knowledge
    REVIEW = "review"  # verdicts, tags, notes, proposals, grades
    EDIT = "edit"  # decides on proposals and topics
    SWITCH = "switch"  # notices, what is not answered, paused channels
    PUBLISH = "publish"  # lets a version go live, and goes back to the one before
    EXPORT = "export"  # takes conversations (masked) out of the console
    REVEAL = "reveal"  # reads an original, with a reason
    DISPOSE = "dispose"  # retention, deletion, requests for access
    AUDIT = "audit"  # reads who did what
    ACCOUNTS = "accounts"  # makes accounts and gives roles


READER = frozenset({Ability.READ})
REVIEWER = READER | {Ability.REVIEW}
ROLES: Dict[str, FrozenSet[Ability]] = {
    "viewer": READER,
    "reviewer": REVIEWER,
    "editor": REVIEWER | {Ability.EDIT, Ability.SWITCH, Ability.EXPORT},
    "privacy_officer": READER | {Ability.REVEAL, Ability.DISPOSE, Ability.EXPORT, Ability.AUDIT},
    "administrator": REVIEWER | {Ability.EDIT, Ability.SWITCH, Ability.PUBLISH, Ability.EXPORT, Ability.AUDIT, Ability.ACCOUNTS},
}


def abilities(user: Anybody) -> FrozenSet[Ability]:
    """Of all roles of an account together. One query, kept with the user of this request."""
    if not isinstance(user, User):
        return frozenset()
    if not hasattr(user, "_abilities"):
        names = [*user.groups.values_list("name", flat=True), *(["administrator"] if user.is_superuser else [])]
        user._abilities = frozenset().union(*(ROLES.get(name, frozenset()) for name in names))  # type: ignore[attr-defined]
    found: FrozenSet[Ability] = user._abilities  # type: ignore[attr-defined]
    return found


def allowed(user: Anybody, ability: Ability) -> bool:
    return ability in abilities(user)


def needs(ability: Ability) -> Callable[[View], View]:
    """Marks a view: without the ability it answers 403. Every view of a signed-in page has one; a test holds this."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.user, ability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.ability = ability  # type: ignore[attr-defined]
        return guarded

    return mark
