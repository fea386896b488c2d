"""Questions with the query that is right for them, written down by what they mean."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Optional, Tuple

from bot.open_data.query import Query

TODAY = date(2026, 11, 28)

PERMITS, TREES, BREAKS = "building_permits", "tree_inventory", "water_main_breaks"
REQUESTS, CRASHES, LOTS = "corporate_contact_centre_requests", "traffic_collisions", "parking_public_lots"
MAPLES = ["Freeman Maple", "Norway Maple", "Red Maple", "Silver Maple", "Sugar Maple"]
OAKS = ["Bur Oak", "Red Oak"]


def year(first: int, last: int = 0) -> List[str]:
    return [f"{first}-01-01", f"{last or first}-12-31"]


def since(first: str) -> List[str]:
    return [first, TODAY.isoformat()]


def number(layer: str, **parts: Any) -> Dict[str, Any]:
    return {"layer": layer, **parts}


def groups(layer: str, by: str, **parts: Any) -> Dict[str, Any]:
    return {"layer": layer, "want": "groups", "by": by, **parts}


def most(layer: str, by: str, top: Optional[int] = 1, **parts: Any) -> Dict[str, Any]:
    return groups(layer, by, order="most", top=top, **parts)


def record(layer: str, **parts: Any) -> Dict[str, Any]:
    """`max` or `min`: the field that is most or least."""
    measure = {key: parts.pop(key) for key in ("max", "min") if key in parts}
    return {"layer": layer, "want": "record", "measure": measure, **parts}


def query(shape: Dict[str, Any]) -> Query:
    return Query.from_dict(shape)


Row = Tuple[str, Dict[str, Any]]

ENGLISH: List[Row] = [
    # how many
    ("how many building permits were issued in 2023", number(PERMITS, dates=year(2023))),
    ("How many trees are there in Ward 3?", number(TREES, where={"ward": 3})),
    ("how many playgrounds are there", number("playgrounds")),
    ("number of water main breaks in 2019", number(BREAKS, dates=year(2019))),
    ("collisions last year", number(CRASHES, dates=year(2025))),
    ("can you tell me how many addresses are in ward 10 please", number("addresses", where={"ward": 10})),
    ("how many trees does the city have", number(TREES)),
    ("how many wards are there in kitchener", number("wards")),
    ("are there any EV chargers in ward 4", number("ev_chargers", where={"ward": 4})),
    ("total number of permits in wards 2 and 7", number(PERMITS, where={"ward": [2, 7]})),
    ("how many permits in the third ward", number(PERMITS, where={"ward": 3})),
    ("how many building permts in 2022", number(PERMITS, dates=year(2022))),
    ("how many acidents in ward 6", number(CRASHES, where={"ward": 6})),
    ("how many playgounds in ward 1", number("playgrounds", where={"ward": 1})),
    # values
    ("how many maples are there", number(TREES, where={"species": MAPLES})),
    ("how many norway maples in ward 2", number(TREES, where={"species": "Norway Maple", "ward": 2})),
    ("number of dead trees", number(TREES, where={"condition": "Dead"})),
    ("how many trees are in poor or fair condition", number(TREES, where={"condition": ["Fair", "Poor"]})),
    ("how many fatal collisions since 2020", number(CRASHES, where={"severity": "Fatal"}, dates=since("2020-01-01"))),
    ("crashes with a cyclist in 2022", number(CRASHES, where={"cyclist": "Yes"}, dates=year(2022))),
    ("how many crashes involved pedestrians last year", number(CRASHES, where={"pedestrian": "Yes"}, dates=year(2025))),
    ("how many demolition permits in 2021", number(PERMITS, where={"type": "Demolition"}, dates=year(2021))),
    ("how many demolitions were there in ward 9", number(PERMITS, where={"type": "Demolition", "ward": 9})),
    ("deck permits this year", number(PERMITS, where={"type": "Deck"}, dates=year(2026))),
    ("pool permits in 2020", number(PERMITS, where={"type": "Pool Enclosure"}, dates=year(2020))),
    ("how many pools does the city have", number("facilities", where={"category": ["Indoor Pool", "Outdoor Pool"]})),
    ("how many libraries are in kitchener", number("facilities", where={"category": "Library"})),
    ("how many splash pads in ward 5", number("facilities", where={"category": "Splash Pad", "ward": 5})),
    ("number of apartment permits in 2024", number(PERMITS, where={"subtype": "Apartment"}, dates=year(2024))),
    ("how many townhouses were approved in 2023", number(PERMITS, where={"subtype": "Townhouse"}, dates=year(2023))),
    ("how many permits were cancelled in 2022", number(PERMITS, where={"status": "Cancelled"}, dates=year(2022))),
    ("how many fast chargers are there", number("ev_chargers", where={"level": "DC Fast"})),
    ("how many wheelchair accessible playgrounds", number("playgrounds", where={"accessible": "Yes"})),
    ("how many playgrounds have rubber surfaces", number("playgrounds", where={"surface": "Rubber"})),
    ("how many trails are plowed in winter", number("trails", where={"winter_maintained": "Yes"})),
    ("how many trails are not plowed in winter", number("trails", where={"winter_maintained": "No"})),
    ("how many paved trails", number("trails", where={"surface": "Asphalt"})),
    (
        "how many pothole complaints in march 2024",
        number(REQUESTS, where={"request": "Potholes_Hot_Mix_Repairs"}, dates=["2024-03-01", "2024-03-31"]),
    ),
    ("how many potholes were reported last year", number(REQUESTS, where={"request": "Potholes_Hot_Mix_Repairs"}, dates=year(2025))),
    ("how many graffiti complaints came in by email", number(REQUESTS, where={"request": "Graffiti_Removal", "channel": "Email"})),
    ("water main breaks in cast iron pipes", number(BREAKS, where={"material": "Cast Iron"})),
    # dates
    ("how many permits between 2019 and 2021", number(PERMITS, dates=year(2019, 2021))),
    ("trees planted in spring 2021", number(TREES, dates=["2021-03-01", "2021-05-31"])),
    ("collisions last summer", number(CRASHES, dates=["2026-06-01", "2026-08-31"])),
    ("collisions in the last 5 years", number(CRASHES, dates=["2021-11-28", "2026-11-28"])),
    ("how many water main breaks before 2010", number(BREAKS, dates=["1900-01-01", "2009-12-31"])),
    ("how many permits so far this year", number(PERMITS, dates=since("2026-01-01"))),
    ("how many requests yesterday", number(REQUESTS, dates=["2026-11-27", "2026-11-27"])),
    ("how many trees were planted in the 2010s", number(TREES, dates=year(2010, 2019))),
    ("permits last month", number(PERMITS, dates=["2026-10-01", "2026-10-31"])),
    ("crashes in december", number(CRASHES, dates=["2025-12-01", "2025-12-31"])),
    # near
    ("how many trees within 500 m of 200 king st w", number(TREES, near={"place": "200 King St W", "metres": 500})),
    ("trees within 1 km of victoria park", number(TREES, near={"place": "victoria park", "metres": 1000})),
    (
        "how many collisions near 85 frederick street in 2023",
        number(CRASHES, near={"place": "85 Frederick St", "metres": 500}, dates=year(2023)),
    ),
    ("is there a playground near 1450 block line rd", number("playgrounds", near={"place": "1450 Block Line Rd", "metres": 500})),
    ("trees near 2000 king st e", number(TREES, near={"place": "2000 King St E", "metres": 500})),
    ("collisions near king and queen in 2023", number(CRASHES, near={"place": "King & Queen", "metres": 500}, dates=year(2023))),
    ("how many trees in wards 3 to 5", number(TREES, where={"ward": [3, 4, 5]})),
    ("ev chargers around city hall", number("ev_chargers", near={"place": "city hall", "metres": 500})),
    # statistics
    ("average construction value in ward 3", number(PERMITS, measure={"avg": "value"}, where={"ward": 3})),
    ("what was the total construction value of permits in 2024", number(PERMITS, measure={"sum": "value"}, dates=year(2024))),
    ("what is the average diameter of oaks", number(TREES, measure={"avg": "diameter"}, where={"species": OAKS})),
    ("total length of trails", number("trails", measure={"sum": "length"})),
    ("how many km of trails are there in ward 2", number("trails", measure={"sum": "length"}, where={"ward": 2})),
    ("how many parking spaces are there", number(LOTS, measure={"sum": "spaces"})),
    ("how many accessible parking spots in ward 9", number(LOTS, measure={"sum": "accessible_spaces"}, where={"ward": 9})),
    ("average hourly rate of parking lots", number(LOTS, measure={"avg": "hourly_rate"})),
    ("how many units were approved in 2022", number(PERMITS, measure={"sum": "units"}, dates=year(2022))),
    ("highest construction value in 2020", number(PERMITS, measure={"max": "value"}, dates=year(2020))),
    ("how many ev plugs are there in ward 1", number("ev_chargers", measure={"sum": "plugs"}, where={"ward": 1})),
    ("how much were permits worth in total in 2021", number(PERMITS, measure={"sum": "value"}, dates=year(2021))),
    # one record
    ("largest permit last year", record(PERMITS, max="value", dates=year(2025))),
    ("what was the most expensive building permit in ward 1", record(PERMITS, max="value", where={"ward": 1})),
    ("which permit had the highest construction value in 2023", record(PERMITS, max="value", dates=year(2023))),
    ("longest trail", record("trails", max="length")),
    ("which is the shortest gravel trail", record("trails", min="length", where={"surface": "Gravel"})),
    ("oldest tree in ward 9", record(TREES, min="planted", where={"ward": 9})),
    ("what's the thickest silver maple", record(TREES, max="diameter", where={"species": "Silver Maple"})),
    ("newest playground", record("playgrounds", max="installed")),
    ("when was the last water main break", record(BREAKS, max="happened")),
    ("which parking lot has the most spaces", record(LOTS, max="spaces")),
    ("cheapest parking lot", record(LOTS, min="hourly_rate")),
    ("what is the biggest tree near 200 king st w", record(TREES, max="diameter", near={"place": "200 King St W", "metres": 500})),
    # groups
    ("trees by species top 5", most(TREES, "species", 5)),
    ("water main breaks per year", groups(BREAKS, "year")),
    ("permits by type in 2024", groups(PERMITS, "type", dates=year(2024))),
    ("how many trees in each ward", groups(TREES, "ward")),
    ("collisions by month in 2023", groups(CRASHES, "month", dates=year(2023))),
    ("average construction value by ward", groups(PERMITS, "ward", measure={"avg": "value"})),
    ("which ward has the most trees", most(TREES, "ward")),
    ("which ward had the fewest collisions in 2022", groups(CRASHES, "ward", order="least", top=1, dates=year(2022))),
    ("which ward has the most parking spaces", most(LOTS, "ward", measure={"sum": "spaces"})),
    ("which ward has the highest number of playgrounds", most("playgrounds", "ward")),
    ("which ward has the highest average construction value", most(PERMITS, "ward", measure={"avg": "value"})),
    ("what is the most common tree", most(TREES, "species")),
    ("most common tree species in ward 4", most(TREES, "species", where={"ward": 4})),
    ("what are the 5 most common complaints", most(REQUESTS, "request", 5)),
    ("top 3 wards for collisions", most(CRASHES, "ward", 3)),
    ("what year had the most water main breaks", most(BREAKS, "year")),
    ("which street has had the most water main breaks", most(BREAKS, "street")),
    ("busiest month for service requests in 2023", most(REQUESTS, "month", dates=year(2023))),
    ("rank wards by number of permits", most(PERMITS, "ward", None)),
    ("collisions over time", groups(CRASHES, "year")),
    ("compare trees in ward 3 and ward 5", groups(TREES, "ward", where={"ward": [3, 5]})),
    ("collisions 2022 vs 2023", groups(CRASHES, "year", dates=year(2022, 2023))),
    ("top 5 tree species planted since 2015", most(TREES, "species", 5, dates=since("2015-01-01"))),
    ("what kinds of trees are in ward 2", groups(TREES, "species", where={"ward": 2})),
]
FRENCH: List[Row] = [
    ("combien de permis de construire ont été délivrés en 2023", number(PERMITS, dates=year(2023))),
    ("Combien d'arbres y a-t-il dans le quartier 3 ?", number(TREES, where={"ward": 3})),
    ("combien de terrains de jeux", number("playgrounds")),
    ("nombre de bris de conduites d'eau l'an dernier", number(BREAKS, dates=year(2025))),
    ("combien d'accidents en 2022", number(CRASHES, dates=year(2022))),
    ("combien de collisions mortelles depuis 2020", number(CRASHES, where={"severity": "Fatal"}, dates=since("2020-01-01"))),
    ("combien d'accidents avec un vélo dans le quartier 9", number(CRASHES, where={"cyclist": "Yes", "ward": 9})),
    ("combien de bibliothèques y a-t-il", number("facilities", where={"category": "Library"})),
    ("combien de piscines à kitchener", number("facilities", where={"category": ["Indoor Pool", "Outdoor Pool"]})),
    ("combien d'érables dans le quartier 2", number(TREES, where={"species": MAPLES, "ward": 2})),
    ("nombre d'arbres morts", number(TREES, where={"condition": "Dead"})),
    (
        "combien de plaintes de nids-de-poule en mars 2024",
        number(REQUESTS, where={"request": "Potholes_Hot_Mix_Repairs"}, dates=["2024-03-01", "2024-03-31"]),
    ),
    ("nids-de-poule signalés cette année", number(REQUESTS, where={"request": "Potholes_Hot_Mix_Repairs"}, dates=year(2026))),
    ("combien de démolitions l'année dernière", number(PERMITS, where={"type": "Demolition"}, dates=year(2025))),
    ("permis annulés en 2021", number(PERMITS, where={"status": "Cancelled"}, dates=year(2021))),
    ("combien de bornes rapides", number("ev_chargers", where={"level": "DC Fast"})),
    ("y a-t-il des bornes de recharge près de l'hôtel de ville", number("ev_chargers", near={"place": "hôtel de ville", "metres": 500})),
    ("combien d'arbres à moins de 500 m du 200 rue King Ouest", number(TREES, near={"place": "200 King St W", "metres": 500})),
    ("combien de sentiers déneigés en hiver", number("trails", where={"winter_maintained": "Yes"})),
    ("combien de sentiers ne sont pas entretenus en hiver", number("trails", where={"winter_maintained": "No"})),
    ("combien de terrains de jeux accessibles en fauteuil roulant", number("playgrounds", where={"accessible": "Yes"})),
    ("combien d'arbres plantés entre 2019 et 2021", number(TREES, dates=year(2019, 2021))),
    ("collisions l'été dernier", number(CRASHES, dates=["2026-06-01", "2026-08-31"])),
    ("combien de permis ces 5 dernières années", number(PERMITS, dates=["2021-11-28", "2026-11-28"])),
    ("combien de demandes depuis le début de l'année", number(REQUESTS, dates=since("2026-01-01"))),
    ("combien de places de stationnement dans le quartier 4", number(LOTS, measure={"sum": "spaces"}, where={"ward": 4})),
    ("combien de kilomètres de sentiers", number("trails", measure={"sum": "length"})),
    ("longueur totale des sentiers asphaltés", number("trails", measure={"sum": "length"}, where={"surface": "Asphalt"})),
    ("valeur moyenne de construction dans le quartier 3", number(PERMITS, measure={"avg": "value"}, where={"ward": 3})),
    ("valeur totale des permis en 2023", number(PERMITS, measure={"sum": "value"}, dates=year(2023))),
    ("diamètre moyen des chênes", number(TREES, measure={"avg": "diameter"}, where={"species": OAKS})),
    ("tarif horaire moyen des stationnements", number(LOTS, measure={"avg": "hourly_rate"})),
    ("le plus gros permis de l'an dernier", record(PERMITS, max="value", dates=year(2025))),
    ("quel est le permis le plus cher de 2023", record(PERMITS, max="value", dates=year(2023))),
    ("quel est le plus long sentier", record("trails", max="length")),
    ("terrain de jeux le plus récent", record("playgrounds", max="installed")),
    ("quand a eu lieu le dernier bris de conduite d'eau", record(BREAKS, max="happened")),
    ("le plus vieil arbre du quartier 9", record(TREES, min="planted", where={"ward": 9})),
    ("stationnement le moins cher", record(LOTS, min="hourly_rate")),
    ("quel quartier a le plus d'arbres", most(TREES, "ward")),
    ("quel quartier a le moins de terrains de jeux", groups("playgrounds", "ward", order="least", top=1)),
    ("quel est l'arbre le plus courant", most(TREES, "species")),
    ("les 5 espèces d'arbres les plus courantes", most(TREES, "species", 5)),
    ("les 3 quartiers avec le plus de collisions", most(CRASHES, "ward", 3)),
    ("quelle année a eu le plus de bris d'aqueduc", most(BREAKS, "year")),
    ("bris de conduites d'eau par année", groups(BREAKS, "year")),
    ("nombre d'arbres par espèce", groups(TREES, "species")),
    ("permis par type en 2024", groups(PERMITS, "type", dates=year(2024))),
    ("combien de permis dans chaque quartier", groups(PERMITS, "ward")),
    ("collisions par mois en 2023", groups(CRASHES, "month", dates=year(2023))),
    ("valeur moyenne des permis par quartier", groups(PERMITS, "ward", measure={"avg": "value"})),
    ("évolution des collisions au fil des ans", groups(CRASHES, "year")),
    ("combien d'adresses dans le quartier 10", number("addresses", where={"ward": 10})),
    ("cb de permis en 2022 svp", number(PERMITS, dates=year(2022))),
    ("combien de colisions dans le quartier 1", number(CRASHES, where={"ward": 1})),
]
