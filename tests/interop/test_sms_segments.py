"""Twilio's own `sms-segments-calculator` and we count the same segments, over texts made to end at the edges."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from bot.sms.segments import encoding_of, segments

pytestmark = pytest.mark.interop
GSM7 = "abc XYZ 019 @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n\r"
EXTENSION = "^{}\\[~]|€\f"
ALPHABETS = {
    "GSM-7": [*GSM7],
    "GSM-7 with escapes": [*GSM7, *EXTENSION * 4],
    "only escapes": [*EXTENSION],
    "French": [*"abcde éèàùâêîôûëïüçœÀÉÇŒ’«»\u00a0\u202f–…"],
    "one letter is not in GSM-7": [*GSM7 * 20, *EXTENSION, "ç"],
    "line ends": ["a", "\r\n", "\n", "\r", "ç"],
    "emoji": ["a", "ç", "👍", "😀", "🚧", "€", "["],
    "emoji of several code points": ["a", "👍🏽", "👨‍👩‍👧", "🇨🇦", "🇫🇷", "❤️", "👩‍🔧"],
    "marks": ["a", "e\u0301", "o\u0302\u0323", "n\u0303", "ç"],
    "other scripts": [*"漢字かなШжעבعربी", "한글", "\u1112\u1161\u11ab", "नि", "ਪੰਜਾਬੀ", "தமிழ்"],
    # Rules of Unicode 10, which the calculator follows, and of today: they differ on loose skin tones only, and on emoji joined since.
    "what those rules tell apart": [*"\u200b\u200d\u200c\u00ad\ufeff\u0301\u0903\t\0\u2028กำกa🇨👍"],
}
EDGES = (1, 33, 66, 67, 70, 71, 77, 80, 134, 135, 153, 160, 161, 201, 202, 306, 307, 459, 460)


def fuzzed(count: int) -> Iterator[str]:
    """Texts of every alphabet in turn, around every edge; the same ones each time."""
    chance = random.Random(1812)
    alphabets = list(ALPHABETS.values())
    for number in range(count):
        letters = alphabets[number % len(alphabets)]
        wanted = chance.choice(EDGES) + chance.choice((-1, 0, 0, 1))
        text = ""
        while len(text.encode("utf-16-le")) // 2 < wanted:
            text += chance.choice(letters)
        yield text


def test_encoding_and_segments_are_those_of_twilios_calculator(npm: Path) -> None:
    texts = list(fuzzed(4400))
    asked = subprocess.run(
        ["node", "segments.js"], cwd=npm, input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True, timeout=300
    )
    counted = [tuple(row) for row in json.loads(asked.stdout)]
    assert {encoding for encoding, _ in counted} == {"GSM-7", "UCS-2"}
    assert len({count for _, count in counted}) > 5
    ours = [(encoding_of(text).value, segments(text)) for text in texts]
    assert [(text, one, other) for text, one, other in zip(texts, ours, counted, strict=True) if one != other] == []
