"""Shares of a sample as the templates show them."""

from __future__ import annotations

from django import template

from bot.conversations.outcomes import Share

register = template.Library()


@register.filter
def share(found: Share) -> str:
    """A share in per cent, and in brackets where it lies with 95 % confidence; a dash of nothing."""
    if found.value is None or found.interval is None:
        return "—"
    low, high = found.interval
    return f"{100 * found.value:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"
