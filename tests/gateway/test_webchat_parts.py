"""Places and photos in the web chat."""

from __future__ import annotations

import io
import uuid
from typing import Any, Dict, Optional

import pytest
import requests
from PIL import Image

from tests.gateway.visitor import Visitor

HERE = {"latitude": 43.4516, "longitude": -80.4925}


@pytest.fixture
def visitor(running: Dict[str, Any]) -> Visitor:
    running["assistant"].__init__()
    return Visitor(running["url"]).begins()


def shares(visitor: Visitor, location: Any, **more: Any) -> requests.Response:
    return visitor.call("POST", "messages", json={"id": uuid.uuid4().hex, "location": location, **more})


def sends_photo(visitor: Visitor, content: bytes, message_id: Optional[str] = None) -> requests.Response:
    return visitor.call("POST", f"photos?id={message_id or uuid.uuid4().hex}", data=content, headers={"Content-Type": "image/jpeg"})


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def test_a_place_reaches_the_assistant_and_comes_back_with_the_conversation(visitor: Visitor, running: Dict[str, Any]) -> None:
    assert shares(visitor, HERE).status_code == 202
    line = visitor.reads_until_answered()[0]
    assert running["assistant"].ran[-1]["location"] == {**HERE, "label": ""}
    assert line["place"] == {**HERE, "label": ""}


@pytest.mark.parametrize("location", [[], {}, "here", {**HERE, "latitude": 91}, {**HERE, "latitude": "43"}, {**HERE, "longitude": True}])
def test_what_is_no_place_on_earth_is_refused(visitor: Visitor, location: Any) -> None:
    assert shares(visitor, location).status_code == 400


def test_a_message_is_one_thing_only(visitor: Visitor) -> None:
    assert shares(visitor, HERE, text="hello").status_code == 400


def test_a_photo_goes_along_with_the_turn_and_counts_once(visitor: Visitor, running: Dict[str, Any]) -> None:
    content = jpeg()
    for _ in range(2):
        assert sends_photo(visitor, content, "photo-number-1").status_code == 202
    line = visitor.reads_until_answered()[0]
    assert (line["from"], line["id"], line["photos"]) == ("you", "photo-number-1", 1)
    (media,) = running["assistant"].ran[-1]["media"]
    assert media["type"] == "image/jpeg"
    shown = requests.get(f"{visitor.url}/media/{media['id']}", timeout=30)
    assert Image.open(io.BytesIO(shown.content)).size == (400, 300)
    assert len(running["assistant"].ran) == 1


def test_a_file_that_is_no_photo_is_answered_with_a_sentence(visitor: Visitor) -> None:
    assert sends_photo(visitor, b"<svg onload=alert(1)>").status_code == 202
    assert "photo" in visitor.reads_until_answered()[-1]["text"]


def test_photos_too_large_empty_or_of_nobody_are_refused(visitor: Visitor) -> None:
    assert sends_photo(visitor, b"").status_code == 400
    assert sends_photo(visitor, jpeg(), "x").status_code == 400
    assert sends_photo(visitor, b"x" * (5 * 1024 * 1024 + 1)).status_code == 413
    visitor.token = "x"
    assert sends_photo(visitor, jpeg()).status_code == 401


def test_only_photos_may_be_large(visitor: Visitor) -> None:
    refused = visitor.call("POST", "messages", data=b"x" * 300_000)
    assert refused.status_code == 413
