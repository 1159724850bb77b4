"""Numbers of an organization, which apps and capabilities register in their `seams.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.tenancy.context import organization_context

from .samples import Family, Sample

# Values by the label that tells them apart; the empty one where there is one number alone.
Reading = Mapping[str, float]
Reader = Callable[[], Reading]


@dataclass(frozen=True, slots=True)
class _Gauge:
    name: str
    help: str
    label: str
    read: Reader


_gauges: dict[str, _Gauge] = {}


def gauge(name: str, help_text: str, *, label: str = "") -> Callable[[Reader], Reader]:
    """Register a function of the entered organization. It is asked every few seconds: one query that an index answers.

    Args:
        label: tells the values that it returns apart; without one it returns {"": value}, or nothing.

    Raises:
        ValueError: another has the name.
    """

    def register(read: Reader) -> Reader:
        if name in _gauges:
            raise ValueError(f"Two gauges are named {name}.")
        _gauges[name] = _Gauge(name, help_text, label, read)
        return read

    return register


def families() -> list[Family]:
    """Every gauge of every organization."""
    found = {name: Family(name, "gauge", one.help) for name, one in _gauges.items()}
    for organization_id in organization_ids():
        slug = organization_by_id(organization_id).slug
        with organization_context(organization_id):
            for name, one in _gauges.items():
                found[name].samples.extend(_samples(one, slug))
    return list(found.values())


def _samples(one: _Gauge, slug: str) -> list[Sample]:
    return [
        Sample({"organization": slug, **({one.label: key} if one.label else {})}, value)
        for key, value in one.read().items()
    ]
