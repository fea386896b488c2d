"""Addresses that others name lead outside only, however they are written."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
import requests
import responses

from bot.knowledge.links import check_links
from bot.knowledge.store import load
from bot.outgoing import OneStep, PublicOnly
from tests.knowledge.writing import article, write
from tests.loopback import Handler, send, serving

INSIDE = [
    *("http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://localhost:{port}/", "http://127.1:{port}/", "http://0:{port}/"),
    *("http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"),
]


class _Inside(Handler):
    asked: List[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        send(self, 200, b"secret")


@pytest.mark.parametrize("address", INSIDE)
def test_this_machine_is_not_talked_to_however_it_is_written(address: str) -> None:
    asked: List[str] = []
    with serving(_Inside, asked=asked) as port, OneStep() as session:
        session.trust_env = False
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).text == "secret"  # without the guard
        for scheme in ("http://", "https://"):
            session.mount(scheme, PublicOnly())
        with pytest.raises(requests.ConnectionError, match="not a public address"):
            session.get(address.format(port=port), timeout=5)
    assert asked == ["/"]


@responses.activate
def test_an_editor_s_link_check_does_not_follow_a_page_inside(tmp_path: Path) -> None:
    asked: List[str] = []
    responses.add_passthru("http://127.0.0.1")
    with serving(_Inside, asked=asked) as port:
        responses.get("https://example.org/cats", status=302, headers={"Location": f"http://127.0.0.1:{port}/admin"})
        (link,) = check_links(load(write(tmp_path, "pets.yml", article("lost_cat"))).articles)
    assert link.trouble == "cannot be reached (ConnectionError)"
    assert asked == []
