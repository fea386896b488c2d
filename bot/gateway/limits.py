"""Limits by where requests come from. Each process counts for itself, in memory: no network address is written down."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from ipaddress import ip_address, ip_network
from typing import Deque

REMEMBERED = 10_000  # places; those heard of longest ago are forgotten first


def place(address: str) -> str:
    """What counts as one place: an IPv4 address, or the IPv6 network that one customer has to themselves."""
    try:
        return str(ip_network((address, 64), strict=False)) if ip_address(address).version == 6 else address
    except ValueError:  # a server on a Unix socket knows no address
        return ""


class Limit:
    """At most `most` in any `window_s` seconds from one place."""

    def __init__(self, most: int, window_s: float) -> None:
        self.most, self.window_s = most, window_s
        self._times: OrderedDict[str, Deque[float]] = OrderedDict()

    def wait_s(self, place: str) -> int:
        """0: counted, go on. Otherwise the seconds until the next one is let through."""
        now = time.monotonic()
        times = self._times.setdefault(place, deque())
        self._times.move_to_end(place)
        while len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        while times and times[0] <= now - self.window_s:
            times.popleft()
        if len(times) >= self.most:
            return max(1, round(times[0] + self.window_s - now))
        times.append(now)
        return 0
