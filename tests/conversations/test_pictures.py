"""Photos made safe: what is taken, what is refused, and that nothing but the picture is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from bot.conversations import picture_process, pictures
from bot.conversations.pictures import PictureError, cleaned
from tests.conversations.doing import wait_until
from tests.pictures import CAMERA, bomb, photo_of_a_phone, picture, read, written

LIMIT_S = 30.0
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def refused(content: bytes, limit_s: float = LIMIT_S) -> str:
    with pytest.raises(PictureError) as caught:
        cleaned(content, limit_s)
    return caught.value.sentence


def test_place_camera_and_comment_are_gone_and_the_photo_stands_upright() -> None:
    before = photo_of_a_phone(left=(200, 30, 30), right=(30, 30, 200))
    assert read(before).size == (80, 60)
    assert dict(read(before).getexif().get_ifd(IFD.GPSInfo))
    assert read(before).getexif()[Base.Make] == CAMERA
    after = cleaned(before, LIMIT_S)
    assert after.startswith(b"\xff\xd8\xff")
    assert not dict(read(after).getexif())
    assert not {"exif", "comment", "icc_profile", "photoshop", "xmp"} & set(read(after).info)
    for trace in (b"Exif", b"canary camera", b"canary comment"):
        assert trace in before
        assert trace not in after
    assert read(after).size == (60, 80)
    (left, right) = (read(after).getpixel(place) for place in ((10, 40), (50, 40)))
    assert left[0] > left[2]
    assert right[2] > right[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "MPO"])
def test_what_phones_and_computers_send_becomes_a_jpeg(form: str) -> None:
    after = read(cleaned(picture(form), LIMIT_S))
    assert (after.format, after.size, after.mode) == ("JPEG", (64, 48), "RGB")
    assert after.getpixel((30, 20))[0] > 150 > after.getpixel((30, 20))[1]


@pytest.mark.parametrize(
    ("mode", "colour", "form"),
    [
        ("RGBA", (0, 0, 0, 0), "PNG"),
        ("LA", (0, 0), "PNG"),
        ("L", 255, "PNG"),
        ("1", 1, "PNG"),
        ("CMYK", (0, 0, 0, 0), "JPEG"),
        ("P", 0, "PNG"),
    ],
)
def test_any_kind_of_colour_is_taken_and_what_is_seen_through_is_white(mode: str, colour: Any, form: str) -> None:
    image = Image.new(mode, (20, 20), colour)
    if mode == "P":
        image.putpalette([255, 255, 255])
    assert min(read(cleaned(written(image, form), LIMIT_S)).getpixel((9, 9))) > 250


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    assert read(cleaned(picture("JPEG", (6000, 4000)), LIMIT_S)).size == (1600, 1067)
    assert read(cleaned(picture("PNG", (300, 3200)), LIMIT_S)).size == (150, 1600)


def test_of_a_moving_picture_the_first_is_taken() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ((200, 0, 0), (0, 200, 0))]
    moving = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read(cleaned(moving, LIMIT_S)).getpixel((9, 9))[0] > 150


@pytest.mark.parametrize("side", [8_001, 50_000])
def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused_unopened(side: int) -> None:
    assert len(bomb(side)) < 2_000
    begun = time.monotonic()
    assert refused(bomb(side)) == "photo_too_large"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "content",
    [b"", b"x", HTML, SVG, b"%PDF-1.7", b"GIF89a", picture("BMP"), picture("TIFF"), picture("PNG")[:60], photo_of_a_phone()[:900]],
    ids=["nothing", "a letter", "a page", "svg", "pdf", "a beginning", "bmp", "tiff", "half a png", "half a jpeg"],
)
def test_what_is_no_whole_photo_is_refused_whatever_it_is_said_to_be(content: bytes) -> None:
    assert refused(content) == "photo_unreadable"


def test_a_decoder_that_never_ends_or_dies_costs_only_its_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.py"
    monkeypatch.setattr(picture_process, "__file__", str(script))
    script.write_text("import time; time.sleep(60)")
    begun = time.monotonic()
    assert refused(picture(), 0.5) == "photo_unreadable"
    assert time.monotonic() - begun < 10
    script.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert refused(picture()) == "photo_unreadable"


def alone(tmp_path: Path, script: str) -> subprocess.Popen[bytes]:
    """A process, leader of a group as a part is under the manager, that has a decoder of its own at work: one of this `script`."""
    decoder, started = tmp_path / "decoder.py", tmp_path / "started"
    decoder.write_text(f"import os, pathlib; pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n{script}")
    part = (
        "import signal, sys; from bot.conversations import picture_process, pictures; signal.signal(signal.SIGTERM, lambda *_: None);"
        f"picture_process.__file__ = {str(decoder)!r}; sys.stdout.buffer.write(pictures.cleaned(b'', 30))"
    )
    process = subprocess.Popen([sys.executable, "-c", part], stdout=subprocess.PIPE, start_new_session=True)
    wait_until(lambda: started.exists() and started.read_text() != "")
    return process


def test_a_part_that_is_told_to_end_with_its_group_has_its_photo_done(tmp_path: Path) -> None:
    part = alone(tmp_path, "import sys, time; time.sleep(1); sys.stdout.write('clean')")
    os.killpg(part.pid, signal.SIGTERM)
    assert part.communicate(timeout=20)[0] == b"clean"


def test_the_decoder_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTER_KEY", "canary")
    script = tmp_path / "script.py"
    script.write_text("import os, sys; sys.stdout.write(repr(dict(os.environ)) + 'environ')")
    monkeypatch.setattr(picture_process, "__file__", str(script))
    told = cleaned(b"", LIMIT_S)
    assert told.endswith(b"environ")
    assert b"canary" not in told


def test_the_decoder_gets_no_more_memory_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = "import runpy\nwhole = runpy.run_path({path!r})\nwhole['clean'].__globals__['clean'] = lambda content: bytes(4_000_000_000)\n"
    script = tmp_path / "script.py"
    script.write_text(greedy.format(path=picture_process.__file__) + "raise SystemExit(whole['main']())")
    monkeypatch.setattr(picture_process, "__file__", str(script))
    assert refused(picture()) == "photo_unreadable"


def test_photos_wait_for_their_turn_no_longer_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [pictures._turns.acquire() for _ in range(pictures.AT_ONCE)]
    try:
        assert refused(picture(), 0.1) == "photo_lost"
    finally:
        for _ in taken:
            pictures._turns.release()
    assert cleaned(picture(), LIMIT_S)
