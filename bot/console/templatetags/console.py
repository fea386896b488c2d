"""What the console's templates need beyond Django's own filters."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Mapping, Optional

from django import template
from django.utils.dateparse import parse_datetime

from bot.console.filters import Filter
from bot.conversations.models import Visit
from bot.review.labels import title

register = template.Library()
# Controls, soft hyphens, zero-width and direction marks, tags: they are not seen, and may make a text read as another.
UNSEEN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
JOINED_EMOJI = re.compile("(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff])")


@register.filter
def word(group: Mapping[str, str], name: Optional[str]) -> str:
    """The word for a code of the record; a code without a word is shown as it is, none as a dash."""
    return group.get(name, name) if name else "—"


@register.filter
def moment(text: str) -> Optional[datetime]:
    """A time that was written down as text, as sessions do."""
    return parse_datetime(text)


@register.filter
def entry(group: Mapping[str, str], name: str) -> str:
    """Of a mapping; empty when it is not there."""
    return group.get(name, "")


@register.filter
def label_title(label: str, language: str) -> str:
    """A label as staff read it."""
    return title(label, language)


@register.filter
def visible(text: Optional[str]) -> str:
    """The text with every character that cannot be seen spelled out: ⟨U+202E⟩. What joins an emoji stays."""
    kept = {found.start() for found in JOINED_EMOJI.finditer(text or "")}
    return UNSEEN.sub(lambda found: found[0] if found.start() in kept else f"⟨U+{ord(found[0]):04X}⟩", text or "")


@register.simple_tag
def visit_address(wanted: Filter, visit: Visit) -> str:
    return wanted.address(visit)
