"""The European Central Bank's own file of reference rates, from 1999 to 30 October 2026."""

import csv
import io
import os
import zipfile
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from hierarchy.models import ExchangeRate, LegalEntity, RateSet
from integrations.rates.actions import take_over_rates
from integrations.rates.ecb import Quotes, read_quotes
from integrations.rates.selectors import proposed_rates
from tests.world import World

pytestmark = pytest.mark.real_data
D = Decimal


def path() -> Path:
    return Path(os.environ["CAT4_REAL_DATA"]) / "fx_ecb" / "eurofxref-hist.zip"


@pytest.fixture(scope="module")
def quotes() -> Quotes:
    return read_quotes(path().read_bytes(), path().name)


def test_the_file_is_read_whole(quotes: Quotes) -> None:
    assert len(quotes.days) == 7126
    assert (quotes.first_day, quotes.last_day) == (date(1999, 1, 4), date(2026, 10, 30))
    day = quotes.days[date(2024, 3, 18)]
    assert (day["USD"], day["GBP"], day["PLN"]) == (D("1.0892"), D("0.85525"), D("4.3113"))
    # Ended currencies have no quote any more, and no zero.
    assert "HRK" not in day and "BGN" in quotes.days[date(2025, 12, 31)] and "BGN" not in quotes.days[quotes.last_day]


def counted_by_hand(month: str, code: str) -> Decimal:
    """The mean of one unit in euro over a month, from the raw file by other means."""
    with zipfile.ZipFile(path()) as archive:
        lines = list(csv.reader(io.StringIO(archive.read(archive.namelist()[0]).decode())))
    column = lines[0].index(code)
    found = [1 / D(line[column]) for line in lines[1:] if line[0].startswith(month) and line[column] != "N/A"]
    return (sum(found, D(0)) / len(found)).quantize(D("0.00000001"), ROUND_HALF_UP)


def test_the_rates_of_the_fiscal_calendar_are_taken_over_once(world: World, quotes: Quotes) -> None:
    with world.inside():
        for code in ("USD", "PLN", "BGN"):
            LegalEntity.objects.create(code=code, name=f"Drives {code}", currency=code)
        proposal = proposed_rates(quotes, currencies=["GBP"])
        preview, versions = take_over_rates(world.actor("admin"), proposal)
        # January 2024 to October 2026 are 34 months; BGN ended with 2025.
        assert preview.counts["new"] == 2 * (3 * 34 + 24)
        assert [version.kind for version in versions] == ["avg", "close"]
        assert proposal.remarks == ("BGN has no quote from Jan 2026 to Oct 2026.",)
        for month, code in (("2024-03", "USD"), ("2026-10", "PLN"), ("2025-12", "GBP")):
            stored = ExchangeRate.objects.get(kind="avg", currency=code, month=f"{month}-01").rate
            assert stored == counted_by_hand(month, code), (month, code)
        closing = ExchangeRate.objects.get(kind="close", currency="USD", month="2026-10-01")
        assert closing.rate == (1 / D("1.1172")).quantize(D("0.00000001"))
        assert take_over_rates(world.actor("admin"), proposal)[1] == []
        assert RateSet.objects.count() == 2
