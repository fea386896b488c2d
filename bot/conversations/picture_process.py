"""Run as a script, in a process of its own (`pictures`): a photo from standard input, a JPEG of nothing but its pixels to standard output.

Decoders of pictures are large C libraries that strangers feed. Here they know no secret, and take no more memory and time than they get.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Optional

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 64_000_000  # the largest photo of ordinary phones has 50 million
LONGEST_EDGE = 1_600  # pixels: enough to read a street sign, a few hundred kilobytes
QUALITY = 85
MEMORY_BYTES, CPU_S = 1_500_000_000, 10

DONE, UNREADABLE, TOO_LARGE = 0, 3, 4  # how the process ends


def clean(content: bytes) -> Optional[bytes]:
    """The first picture of a file, upright, at most LONGEST_EDGE long, as JPEG; None when it has too many pixels.

    Raises whatever the decoders raise. Nothing but pixels is written: no EXIF, GPS, comment, thumbnail or colour profile.
    """
    image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        return None
    image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a large JPEG is read at a fraction of its size
    image = ImageOps.exif_transpose(image)
    if image.mode in ("P", "PA", "LA", "I;16", "I", "F"):
        image = image.convert("RGBA")
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    if image.mode == "RGBA":  # what is seen through becomes white
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    written = io.BytesIO()
    Image.frombytes("RGB", image.size, image.convert("RGB").tobytes()).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def main() -> int:
    """The process: reads, cleans, writes."""
    if sys.platform == "linux":  # macOS knows this limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    Image.MAX_IMAGE_PIXELS = None  # ours is the limit
    try:
        cleaned = clean(sys.stdin.buffer.read())
    except Exception:  # a broken file makes decoders raise nearly anything
        return UNREADABLE
    if cleaned is None:
        return TOO_LARGE
    sys.stdout.buffer.write(cleaned)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
