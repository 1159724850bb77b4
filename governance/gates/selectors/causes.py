"""What a closed measure may be reopened for, as the capability above finds it."""

from cat4 import clock
from governance.rules.facts import CauseFact
from hierarchy.organization.selectors import organization
from measures.models import Measure

from ..supply import suppliers


def causes_of(measure: Measure) -> tuple[CauseFact, ...]:
    """Each cause with the reference by which it is chosen."""
    supplied = suppliers()["causes"](measure, None, clock.today(organization().time_zone))
    return supplied.get("causes", ())
