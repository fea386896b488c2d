"""Links and e-mail addresses in a text: what is kept to the letter and never cut."""

from __future__ import annotations

import re

_URL = r"[A-Za-z0-9\u00c0-\u024f\-._~:/?#\[\]@!$&'()*+,;=%]"
_NAME = r"[A-Za-z0-9@._+-]"
LINK = re.compile(rf"https?://{_URL}+|(?<!{_NAME}){_NAME}+\.[A-Za-z]{{2,}}(?:[/?#:]{_URL}*)?", re.IGNORECASE)
