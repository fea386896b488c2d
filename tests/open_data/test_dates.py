"""The times that questions name."""

from __future__ import annotations

from datetime import date

import pytest

from bot.language.found import Reading
from bot.open_data.dates import times

TODAY = date(2026, 11, 28)  # a Saturday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("the year before last", "2024-01-01", "2024-12-31"),
        ("3 years ago", "2023-01-01", "2023-12-31"),
        ("since 2020", "2020-01-01", "2026-11-28"),
        ("since march 2024", "2024-03-01", "2026-11-28"),
        ("since last summer", "2026-06-01", "2026-11-28"),
        ("from 2020 onwards", "2020-01-01", "2026-11-28"),
        ("after 2020", "2021-01-01", "2026-11-28"),
        ("before 2015", "1900-01-01", "2014-12-31"),
        ("until 2015", "1900-01-01", "2015-12-31"),
        ("as of 2020", "1900-01-01", "2020-12-31"),
        ("as of march 2021", "1900-01-01", "2021-03-31"),
        ("as of march 1 2021", "1900-01-01", "2021-03-01"),
        ("until the end of 2020", "1900-01-01", "2020-12-31"),
        ("jusqu'à la fin de 2020", "1900-01-01", "2020-12-31"),
        ("as in 2020", "2020-01-01", "2020-12-31"),
        ("en date de 2020", "1900-01-01", "2020-12-31"),
        ("en date du 1er mars 2021", "1900-01-01", "2021-03-01"),
        ("au 31 décembre 2020", "1900-01-01", "2020-12-31"),
        ("au printemps 2021", "2021-03-01", "2021-05-31"),
        ("du 1 mars au 3 mars 2021", "2021-03-01", "2021-03-03"),
        ("between 2019 and 2021", "2019-01-01", "2021-12-31"),
        ("2019-2021", "2019-01-01", "2021-12-31"),
        ("from march to may", "2026-03-01", "2026-05-31"),
        ("between november and january", "2025-11-01", "2026-01-31"),
        ("between march 3 and march 10 2024", "2024-03-03", "2024-03-10"),
        ("in march 2024", "2024-03-01", "2024-03-31"),
        ("in december", "2025-12-01", "2025-12-31"),
        ("last november", "2025-11-01", "2025-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("yesterday", "2026-11-27", "2026-11-27"),
        ("this summer", "2026-06-01", "2026-08-31"),
        ("last summer", "2026-06-01", "2026-08-31"),
        ("last winter", "2025-12-01", "2026-02-28"),
        ("in the winter of 2023", "2023-12-01", "2024-02-29"),
        ("q2 2024", "2024-04-01", "2024-06-30"),
        ("in the 2010s", "2010-01-01", "2019-12-31"),
        ("in the last five years", "2021-11-28", "2026-11-28"),
        ("past 12 months", "2025-11-28", "2026-11-28"),
        ("the last decade", "2016-11-28", "2026-11-28"),
        ("so far this year", "2026-01-01", "2026-11-28"),
        ("en 2023", "2023-01-01", "2023-12-31"),
        ("l'an dernier", "2025-01-01", "2025-12-31"),
        ("l’année passée", "2025-01-01", "2025-12-31"),
        ("cette année", "2026-01-01", "2026-12-31"),
        ("depuis 2020", "2020-01-01", "2026-11-28"),
        ("depuis mars 2024", "2024-03-01", "2026-11-28"),
        ("depuis 5 ans", "2021-11-28", "2026-11-28"),
        ("ces cinq dernières années", "2021-11-28", "2026-11-28"),
        ("entre 2019 et 2021", "2019-01-01", "2021-12-31"),
        ("avant 2015", "1900-01-01", "2014-12-31"),
        ("après 2020", "2021-01-01", "2026-11-28"),
        ("en mars 2024", "2024-03-01", "2024-03-31"),
        ("octobre dernier", "2026-10-01", "2026-10-31"),
        ("cet été", "2026-06-01", "2026-08-31"),
        ("l'hiver dernier", "2025-12-01", "2026-02-28"),
        ("au printemps 2022", "2022-03-01", "2022-05-31"),
        ("dans les années 2010", "2010-01-01", "2019-12-31"),
        ("il y a 3 ans", "2023-01-01", "2023-12-31"),
        ("depuis le début de l'année", "2026-01-01", "2026-11-28"),
        ("le mois dernier", "2026-10-01", "2026-10-31"),
    ],
)
def test_a_time_is_read_with_both_its_days(text: str, first: str, last: str) -> None:
    found = times(Reading.of(f"collisions {text}"), TODAY)
    assert [(one.first.isoformat(), one.last.isoformat()) for one in found] == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "trees that may fall",
        "nombre d'arbres",
        "between 2021 and 2019",
        "maintained in winter",
        "how many in ward 10",
        "sept arbres",
    ],
)
def test_what_is_no_time_is_left_alone(text: str) -> None:
    assert times(Reading.of(text), TODAY) == []
