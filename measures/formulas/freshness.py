"""When a forecast is stale: last confirmed longer ago than two cadences (domain 14)."""

from datetime import date, datetime, time, timedelta, tzinfo


def is_stale(confirmed_on: date | None, today: date, after_days: int) -> bool:
    """Whether more than `after_days` days have passed, or nobody ever confirmed it."""
    return confirmed_on is None or (today - confirmed_on).days > after_days


def stale_before(today: date, after_days: int, zone: tzinfo) -> datetime:
    """The same as an instant, for queries: what was confirmed before it is stale on `today`."""
    return datetime.combine(today - timedelta(days=after_days), time.min, zone)
