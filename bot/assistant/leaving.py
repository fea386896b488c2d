"""A message that leaves the open form and asks for something else: "never mind, how do i pay a parking ticket", "oublie ça. c'est où"."""

from __future__ import annotations

import re
from typing import List

from bot.assistant.needs import Understand, is_sure
from bot.assistant.understanding import Parsed
from bot.labels import FORM_TASKS, NEEDS

CANCEL = "cancel"  # intent
_MOST_WORDS = 4  # that leave a form
_LEAST_WORDS = 2  # of what is asked for then
_END = re.compile(r"\s*[.,;:!?\n]+\s*|\s+[-–—]\s+")


async def leaves_for(whole: Parsed, understand: Understand, form: str = "") -> List[Parsed]:
    """The two parts of a message that begins with leaving, and then asks for something or has a question; [] for any other.

    What the open form is about itself ("leave it, there is a pothole too") is more for the form.
    """
    stop = _END.search(whole["text"])
    first, second = (whole["text"][: stop.start()], whole["text"][stop.end() :]) if stop else ("", "")
    if not 0 < len(first.split()) <= _MOST_WORDS or len(second.split()) < _LEAST_WORDS:
        return []
    leaving = await understand(first)
    if not (is_sure(leaving) and leaving["intent"]["name"] == CANCEL):
        return []
    wanted = await understand(second)
    needed = is_sure(wanted) and wanted["intent"]["name"] in NEEDS
    if needed and FORM_TASKS.get(form) == wanted["intent"]["name"]:
        return []
    return [leaving, wanted] if needed or (not is_sure(wanted) and "?" in second) else []
