"""Whom an answer comes from."""

from __future__ import annotations

from typing import Any, Dict

from actions.base import Turn
from bot.city import city


def source_parts(turn: Turn, backend_name: str) -> Dict[str, Any]:
    """The part of a message that names the body behind a back end, with the page where residents look themselves."""
    backend = city().backends[backend_name]
    body = city().bodies[backend.options.get("body", "city")]
    return {"source": {"name": body.name[turn.language], "url": backend.by_hand or body.url}}
