"""What the console's templates need beyond Django's own filters."""

from __future__ import annotations

from datetime import datetime
from typing import Mapping, Optional

from django import template
from django.utils.dateparse import parse_datetime

register = template.Library()


@register.filter
def word(group: Mapping[str, str], name: Optional[str]) -> str:
    """The word for a code of the record; a code without a word is shown as it is, none as a dash."""
    return group.get(name, name) if name else "—"


@register.filter
def moment(text: str) -> Optional[datetime]:
    """A time that was written down as text, as sessions do."""
    return parse_datetime(text)
