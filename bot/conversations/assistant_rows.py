"""What the assistant keeps of conversations, deleted from here: its tables are its own and may be in another database."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Sequence

from django.db import OperationalError

from bot.settings import settings

if TYPE_CHECKING:
    from bot.assistant.rows import Rows


def erase(conversations: Sequence[str]) -> None:
    """Deletes everything the assistant knows of these; a turn of theirs that is under way cannot be stored any more.

    Raises django.db.OperationalError when its database does not answer.
    """
    from sqlalchemy.exc import SQLAlchemyError  # loaded when it is needed: the gateway hardly ever deletes anything

    try:
        _rows(settings().tracker_url).erase(conversations)
    except SQLAlchemyError as err:
        raise OperationalError("the assistant's tables do not answer") from err


@lru_cache(maxsize=2)
def _rows(url: str) -> Rows:
    from bot.assistant.rows import Rows

    return Rows(url)
