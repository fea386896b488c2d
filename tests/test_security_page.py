"""docs/security.md names tests; each is there, and most tests of attacks are named."""

from __future__ import annotations

import re

from tests.running import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_file_the_page_names_is_there_and_has_tests() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 20
    for name in named:
        assert "\ndef test_" in (ROOT / name).read_text(encoding="utf-8"), name


def test_every_test_of_attacks_is_named() -> None:
    folders = ("security/test_*", "**/test_fuzzing", "gateway/test_limits", "blackbox/test_secrets", "blackbox/test_typed_commands")
    found = [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / "tests").glob(f"{folder}.py")]
    assert len(found) > 6
    assert not [name for name in found if name not in PAGE]
