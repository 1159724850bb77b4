"""When the ledger was last verified, for whoever watches the installation."""

from cat4 import clock
from cat4.metrics.gauges import Reading, gauge

from .selectors.ledger import last_verification


@gauge("cat4_ledger_verification_age_seconds", "How long ago the ledger was last verified.")
def verification_age() -> Reading:
    """Nothing where it never was."""
    last = last_verification()
    return {"": (clock.now() - last.at).total_seconds()} if last else {}


@gauge("cat4_ledger_intact", "Whether the ledger held when it was last verified.")
def intact() -> Reading:
    """1 or 0; nothing where it never was verified."""
    last = last_verification()
    return {"": int(last.is_intact)} if last else {}
