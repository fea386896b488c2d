"""Represent, the civic information API: which ward is at a point, and who is elected.

Latitude comes first and addresses end in a slash: without it the answer is 404. Unknown things are a web page with 404, a bad point a
sentence with 400 (city-apis reference, 7.1). Source: represent.opennorth.ca/api, represent-boundaries 0.10.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional

from actions.clients.errors import Failure
from actions.clients.http import Answer, Http, read_object
from actions.clients.wards import Council, Official, WardsError, ward_key
from bot.language.street_words import folded

PAGE = 100  # 20 unless asked otherwise, 1000 at most
MOST_PAGES = 10


class Represent:
    """One server. Safe to use from several threads.

    Args:
        wards: the boundary set of the city's wards, `<city>-wards` for example.
        council: the representative set of councillors and mayor.
        region: the representative set of an upper tier; empty without one.
        region_district: what the seats of this city there are called; the chair counts too.
    """

    def __init__(self, base_url: str, *, wards: str, council: str, region: str = "", region_district: str = "") -> None:
        self.http = Http(base_url, WardsError)
        self._wards, self._council, self._region, self._region_district = wards, council, region, folded(region_district)

    def ward_at(self, latitude: float, longitude: float) -> Optional[str]:
        """The key of the ward at a point; None outside all wards. Raises WardsError."""
        point = f"{latitude:.4f},{longitude:.4f}"  # some 11 m: all that a server outside the city is told
        rows = list(self._objects(f"boundaries/{self._wards}/", {"contains": point}, call="GET boundaries/{set}"))
        names = [str(row.get("name") or row.get("external_id") or "") for row in rows]
        if rows and not any(names):
            raise WardsError(Failure.MALFORMED, "a ward without a name")
        return next((ward_key(name) for name in names if name), None)

    def council(self) -> Council:
        """Everybody who is elected by a ward, the city or, in this city, the region. Raises WardsError."""
        councillors: Dict[str, Official] = {}
        mayor: List[Official] = []
        for row in self._representatives(self._council):
            official = _official(row)
            if self._is_of_a_ward(row):
                councillors.setdefault(ward_key(official.district), official)
            else:
                mayor.append(official)
        known = {official.name for official in mayor}  # mayors sit in the region's council too
        region = [_official(row) for row in self._representatives(self._region)] if self._region else []
        return Council(councillors, tuple(mayor), tuple(one for one in region if one.name not in known and self._is_of_the_region(one)))

    def _is_of_a_ward(self, row: Mapping[str, Any]) -> bool:
        """Real rows may lack the boundary: then an office or a district with "ward" in it tells."""
        related = row.get("related")
        url = str((related.get("boundary_url") if isinstance(related, Mapping) else None) or "")
        if url:
            return f"/boundaries/{self._wards}/" in url
        return "ward" in folded(str(row.get("district_name") or ""))

    def _is_of_the_region(self, official: Official) -> bool:
        district = folded(official.district)  # with the number of the seat behind it, where there are several
        return "chair" in folded(official.office) or district == self._region_district or district.startswith(f"{self._region_district} (")

    def _representatives(self, name: str) -> List[Mapping[str, Any]]:
        rows = list(self._objects(f"representatives/{name}/", {}, call="GET representatives/{set}"))
        named = [row for row in rows if row.get("name")]
        if rows and not named:
            raise WardsError(Failure.MALFORMED, "nobody has a name")
        return named

    def _objects(self, path: str, params: Mapping[str, str], *, call: str) -> Iterator[Mapping[str, Any]]:
        """Every object of a list, page by page."""
        for page in range(MOST_PAGES):
            shape = _read(self.http.get(path, {**params, "limit": str(PAGE), "offset": str(page * PAGE), "format": "json"}, call=call))
            rows, meta = shape.get("objects"), shape.get("meta")
            if not isinstance(rows, list) or not isinstance(meta, Mapping):
                raise WardsError(Failure.MALFORMED, "no list of objects")
            yield from (row for row in rows if isinstance(row, Mapping))
            if not meta.get("next"):
                return


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 300:  # its sentences repeat the point, so they are not kept
        raise WardsError(Failure.REFUSED, "not found" if answer.status == 404 else "not accepted", status=answer.status)
    return read_object(answer, WardsError)


def _official(row: Mapping[str, Any]) -> Official:
    texts = {name: str(row.get(name) or "").strip() for name in ("name", "elected_office", "district_name", "email", "url", "personal_url")}
    offices = row.get("offices")
    phones = (
        [str(office.get("tel") or "").strip() for office in offices or () if isinstance(office, Mapping)]
        if isinstance(offices, list)
        else []
    )
    return Official(
        name=texts["name"],
        office=texts["elected_office"],
        district=texts["district_name"],
        phone=next(filter(None, phones), ""),
        email=texts["email"],
        url=texts["url"] or texts["personal_url"],
    )
