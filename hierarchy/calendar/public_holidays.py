"""Public holidays of countries and their parts, as the library `holidays` keeps them. Without a database."""

import re
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

_LANGUAGE = "en_US"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """The name of every country that the library knows, by its code of two letters, in the order of names."""
    known = holidays.list_supported_countries(include_aliases=False)
    names = ((codes[1], _CAMEL.sub(" ", codes[0])) for codes in COUNTRIES.values() if codes[1] in known)
    return dict(sorted(names, key=lambda country: country[1]))


@lru_cache(maxsize=256)
def subdivisions(country: str) -> tuple[tuple[str, str], ...]:
    """The parts of a country by code, each with its name where the library has one; none for an unknown country."""
    if country not in countries():
        return ()
    calendar = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for name, code in calendar.subdivisions_aliases.items():
        names.setdefault(code, name)
    return tuple((code, names.get(code, code)) for code in calendar.subdivisions)


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, first_year: int, last_year: int) -> dict[date, str]:
    """The days off of a country, or of a part of it, with their names in English; none without a country.

    Kept by the process. The result is shared: it is only read.
    """
    return dict(sorted(_days(country, subdivision, first_year, last_year).items())) if country else {}


@lru_cache(maxsize=256)
def exchanged_weekends(country: str, subdivision: str, first_year: int, last_year: int) -> frozenset[date]:
    """Saturdays and Sundays that a country works, by decree, in exchange for a day off beside a holiday."""
    if not country:
        return frozenset()
    worked = _days(country, subdivision, first_year, last_year).weekend_workdays
    return frozenset(day for day in worked if first_year <= day.year <= last_year)


def _days(country: str, subdivision: str, first_year: int, last_year: int) -> holidays.HolidayBase:
    spoken = holidays.country_holidays(country).supported_languages
    language = _LANGUAGE if _LANGUAGE in spoken else None
    years = range(first_year, last_year + 1)
    return holidays.country_holidays(country, subdiv=subdivision or None, years=years, language=language)
