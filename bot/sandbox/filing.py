"""POST requests: reads a form, checks it against the service's definition, and says what is to be filed.

Source: GeoReport v2, "POST Service Request".
"""

from __future__ import annotations

import hmac
import math
import re
from datetime import datetime, timedelta
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from bot.city import city
from bot.sandbox.catalogue import service
from bot.sandbox.moments import moment_of
from bot.sandbox.refusal import Refusal, refusal

DESCRIPTION_LIMIT = 4000  # characters, from the specification
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\])?")
Problem = Tuple[str, Mapping[str, Any]]


def check_key(form: QueryDict) -> None:
    """Raises Refusal (403) unless `api_key` is the sandbox's."""
    key = city().backends["open311"].api_key
    if not key or not hmac.compare_digest(form.get("api_key", "").encode(), key.encode()):
        raise refusal(403, "api_key")


def asked_service(form: QueryDict) -> Mapping[str, Any]:
    """The seed of the service the form names. Raises Refusal (400 none given, 404 unknown)."""
    code = form.get("service_code", "").strip()
    if not code:
        raise refusal(400, "service_missing")
    row = service(code)
    if row is None:
        raise refusal(404, "service_unknown")
    return row


def report(form: QueryDict, row: Mapping[str, Any], now: datetime) -> Dict[str, Any]:
    """The fields of the new request, ready for the store. Raises Refusal (400) with everything that is wrong at once.

    Name, e-mail, telephone and device of the sender are accepted and dropped: a sandbox has no use for them.
    """
    problems: List[Problem] = []
    latitude, longitude = _place(form, problems)
    attributes = _attributes(form, row, problems)
    description = form.get("description", "").strip().replace("\r\n", "\n").replace("\r", "\n")  # as XML would read it back
    if len(description) > DESCRIPTION_LIMIT:
        problems.append(("description_too_long", {"limit": DESCRIPTION_LIMIT}))
    if problems:
        raise Refusal(400, *problems)
    return {
        "service_code": row["service_code"],
        "status": "open",
        "requested_datetime": now.isoformat(),
        "updated_datetime": now.isoformat(),
        "expected_datetime": (now + timedelta(days=row["expected_days"])).isoformat(),
        "description": description or None,
        "address": form.get("address_string", "").strip() or None,
        "address_id": form.get("address_id", "").strip() or None,
        "lat": latitude,
        "long": longitude,
        "media_urls": [url.strip() for url in form.getlist("media_url") if url.strip()],
        "attributes": attributes,
    }


def photos(files: Sequence[UploadedFile[bytes]]) -> List[Tuple[bytes, str]]:
    """Content and type of the photos among the files of a form; like deployed servers, it drops whatever else there is without a word."""
    return [(file.read(), "image/jpeg") for file in files if file.content_type == "image/jpeg"]


def _place(form: QueryDict, problems: List[Problem]) -> Tuple[Optional[float], Optional[float]]:
    given = [form.get(name, "").strip() for name in ("lat", "long")]
    if not any(given):
        if not form.get("address_string", "").strip() and not form.get("address_id", "").strip():
            problems.append(("location_missing", {}))
        return None, None
    latitude, longitude = (_number(text) for text in given)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        problems.append(("location_malformed", {}))
    return latitude, longitude


def _attributes(form: QueryDict, row: Mapping[str, Any], problems: List[Problem]) -> Dict[str, Any]:
    sent = _sent_attributes(form)
    asked = {attribute["code"]: attribute for attribute in row.get("attributes", ()) if attribute.get("variable", True)}
    problems += [("attribute_unknown", {"code": code}) for code in sent if code not in asked]
    kept: Dict[str, Any] = {}
    for code, attribute in asked.items():
        values = sent.get(code, [])
        if not values:
            if attribute["required"]:
                problems.append(("attribute_missing", {"code": code, "question": attribute["description"]}))
        elif _fits(values, attribute):
            kept[code] = values if attribute["datatype"] == "multivaluelist" else values[0]
        else:
            problems.append(("attribute_malformed", {"code": code, "datatype": attribute["datatype"]}))
    return kept


def _sent_attributes(form: QueryDict) -> Dict[str, List[str]]:
    sent: Dict[str, List[str]] = {}
    for name in form:
        match = _ATTRIBUTE.fullmatch(name)
        if match:
            sent.setdefault(match.group(1), []).extend(value.strip() for value in form.getlist(name) if value.strip())
    return sent


def _fits(values: List[str], attribute: Mapping[str, Any]) -> bool:
    datatype = attribute["datatype"]
    keys = {value["key"] for value in attribute.get("values") or ()}
    if datatype == "multivaluelist":
        return set(values) <= keys
    if len(values) > 1:
        return False
    (value,) = values
    if datatype == "singlevaluelist":
        return value in keys
    if datatype == "number":
        return _number(value) is not None
    if datatype == "datetime":
        return moment_of(value, city().timezone) is not None
    return datatype == "text" or len(value.splitlines()) == 1


def _number(text: str) -> Optional[float]:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
