"""The account at a Twilio that is played on this machine, so that a sandbox city takes text messages without a real one.

It opens nothing: its auth token comes from a secret of the running system, and every text must be signed with it as a real one must.
"""

from __future__ import annotations

import hmac
from dataclasses import fields, replace
from typing import Dict

from bot.secrets import Secrets, secrets
from bot.settings import Settings

ACCOUNT_SID = "AC" + "0" * 32
SEGMENTS_PER_S = 100.0  # as a short code: who tries the texts does not wait for a carrier
CITY_NUMBER = "+15195550100"  # 555-0100 to 555-0199 are nobody's


def is_simulated(config: Settings) -> bool:
    """Whether text messages are simulated: on a sandbox city that only this machine reaches, unless it has settings for a Twilio."""
    real = (
        config.public_url,
        config.twilio_account_sid,
        config.twilio_auth_token,
        config.twilio_number,
        config.twilio_messaging_service_sid,
        config.twilio_api_base_url,
    )
    return config.profile == "sandbox" and not any(real)


def with_account(config: Settings, secrets: Secrets) -> Settings:
    """The settings with the simulated account of the system that has these secrets."""
    token = hmac.digest(bytes.fromhex(secrets.internal_secret), b"auth token of the simulated Twilio", "sha256").hex()
    return replace(
        config,
        twilio_account_sid=ACCOUNT_SID,
        twilio_auth_token=token,
        twilio_number=CITY_NUMBER,
        twilio_api_base_url=f"http://127.0.0.1:{config.sms_simulator_port}",
        twilio_segments_per_s=SEGMENTS_PER_S,
    )


def environment(config: Settings) -> Dict[str, str]:
    """What the parts of a running system need in their environment for it; nothing when text messages are not simulated.

    Reads the secrets of this process, which are made on a laptop that has none.
    """
    if not is_simulated(config):
        return {}
    simulated = with_account(config, secrets())
    return {
        row.metadata["variable"]: str(getattr(simulated, row.name))
        for row in fields(Settings)
        if getattr(simulated, row.name) != getattr(config, row.name)
    }
