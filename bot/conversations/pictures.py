"""What residents send as a photo, made into one that is safe to show and says nothing about them: see `picture_process`."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from bot.conversations import picture_process

AT_ONCE = 2  # processes: each may take as much memory as it is allowed
_turns = threading.BoundedSemaphore(AT_ONCE)


class PictureError(Exception):
    """No photo can be made of it. `sentence` of `data/responses.yml` tells the resident so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CutOffError(PictureError):
    """A signal ended the decoder: somebody's, or the picture was too much for it. Another try tells which."""


def cleaned(content: bytes, timeout_s: float) -> bytes:
    """A JPEG of the same picture, upright, of at most 1600 pixels along its longer edge, without EXIF or anything else beside it.

    Takes JPEG, PNG, WebP and GIF (its first picture), whatever they are said to be. Raises PictureError.
    """
    until = time.monotonic() + timeout_s
    if not _turns.acquire(timeout=max(timeout_s, 0)):
        raise PictureError("photo_lost")
    try:
        done = _run(content, until - time.monotonic())
    finally:
        _turns.release()
    if done.returncode < 0:
        raise CutOffError("photo_unreadable")
    if done.returncode == picture_process.TOO_LARGE:
        raise PictureError("photo_too_large")
    if done.returncode != picture_process.DONE or not done.stdout:
        raise PictureError("photo_unreadable")
    return done.stdout


def _run(content: bytes, timeout_s: float) -> subprocess.CompletedProcess[bytes]:
    """In a session of its own: who tells a worker to end tells its whole group. Without its worker it reads and writes no more."""
    command = [sys.executable, "-I", picture_process.__file__]
    try:
        return subprocess.run(  # noqa: S603
            command, input=content, capture_output=True, timeout=timeout_s, env={}, start_new_session=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise PictureError("photo_unreadable") from None
