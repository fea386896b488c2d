"""Photos for tests, made here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, Tuple

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

CAMERA, LATITUDE = "a canary camera", (43.0, 27.0, 5.5)


def picture(form: str = "JPEG", size: Tuple[int, int] = (64, 48), colour: Any = (200, 30, 30), mode: str = "RGB", **how: Any) -> bytes:
    """A file of one colour."""
    return written(Image.new(mode, size, colour), form, **how)


def written(image: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)
    return file.getvalue()


def photo_of_a_phone(left: Any = (200, 30, 30), right: Any = (30, 30, 200)) -> bytes:
    """A JPEG as a phone held upright takes it: stored lying on its side, with the place, the camera and a thumbnail's worth of notes.

    Upright it is 60 wide and 80 high, `left` and `right` of its middle.
    """
    image = Image.new("RGB", (60, 80), left)
    image.paste(Image.new("RGB", (30, 80), right), (30, 0))
    exif = Image.Exif()
    exif[Base.Orientation] = 6  # to be turned clockwise when shown
    exif[Base.Make] = CAMERA
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: LATITUDE, GPS.GPSLongitudeRef: "W"})
    return written(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, comment=b"a canary comment", quality=95)


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that says it holds a picture of `side` by `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def read(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
