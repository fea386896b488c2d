"""What Twilio's error codes say about a phone. Source: https://www.twilio.com/docs/api/errors"""

from __future__ import annotations

from datetime import timedelta
from typing import Mapping

from bot.conversations.suppressions import Unreachable

OPTED_OUT = "21610"  # wrote STOP
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)

# Which failures are about the phone, not about us or the network, and how often each must come before it is believed.
UNREACHABLE: Mapping[str, Unreachable] = {
    "21211": Unreachable(1, None),  # no phone number
    "21614": Unreachable(1, None),  # no mobile number
    "30003": Unreachable(3, _DAY),  # switched off or out of reach
    "30004": Unreachable(2, _WEEK),  # the phone or its carrier blocks us
    "30005": Unreachable(2, None),  # unknown to its carrier: given up
    "30006": Unreachable(1, None),  # a landline, or a carrier that takes no texts
    "30007": Unreachable(3, _DAY),  # the carrier's filter took it for spam; the next words may pass
}
