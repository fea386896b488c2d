"""The sandbox's waste calendar in ReCollect's shapes."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from bot.city import city
from bot.sandbox.places import Place, Zone
from bot.sandbox.schedule import Collection
from bot.sandbox.seeds import seed


def suggestion(found: Place) -> Dict[str, Any]:
    """One item of an address search."""
    options = city().backends["waste"].options
    return {
        "place_id": found.place_id,
        "name": found.name,
        "parcel_id": found.parcel_id,
        "area_id": seed("waste")["area_id"],
        "area_name": options["area"],
        "service_id": int(options["service"]),
        "type": "parcel",
    }


def zone_shape(zone: Zone, language: str) -> Dict[str, Any]:
    """One of the `zones` of a calendar; its title says that it is sample data."""
    words = seed("waste")
    title = words["zone_title"][language].format(day=words["days"][zone.day][language], week=zone.week.upper())
    service_id = int(city().backends["waste"].options["service"])
    return {"id": zone.zone_id, "name": f"sample-{zone.day[:3]}-{zone.week}", "title": title, "service_id": service_id}


def event(one: Collection, zone: Zone, language: str) -> Dict[str, Any]:
    """One of the `events` of a calendar. Only flags with `event_type` pickup are collections."""
    flags = [_flag(stream["flag_id"], stream["name"], stream["subject"][language], "pickup", zone, stream) for stream in one.streams]
    if one.holiday:
        message = seed("waste")["holiday_message"][language].format(holiday=one.holiday["name"][language])
        flags.append({**_flag(900, "holiday", one.holiday["name"][language], "message", zone), **_message(message)})
    if one.message:
        subject = one.message["subject"][language]
        flags.append({**_flag(901, one.message["name"], subject, "message", zone), **_message(subject)})
    return {
        "id": one.day.toordinal() * 100 + zone.zone_id,
        "day": one.day.isoformat(),
        "zone_id": zone.zone_id,
        "is_approved": 1,
        "custom_subject": "",
        "custom_message": seed("waste")["sample"][language],
        "opts": {"calendar_only": 0},
        "options": {},
        "flags": flags,
    }


def _flag(flag_id: int, name: str, subject: str, event_type: str, zone: Zone, look: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    return {
        "id": flag_id,
        "name": name,
        "subject": subject,
        "event_type": event_type,
        "service_name": "waste",
        "area_name": city().backends["waste"].options["area"],
        "zone_id": zone.zone_id,
        "color": look["color"] if look else "#000000",
        "icon": look["icon"] if look else "message",
        "is_week_long": 0,
        "plain_text_message": None,
        "html_message": "",
        "short_text_message": None,
        "sort_order": 0,
    }


def _message(text: str) -> Dict[str, str]:
    return {"plain_text_message": text, "html_message": f"<p>{text}</p>", "short_text_message": text}
