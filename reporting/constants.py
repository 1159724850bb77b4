"""The vocabulary of reports."""

from measures.constants import Lifecycle, Status

# An idea (DoI 0) has no value yet (domain 6.5, its weight is 0): money counts from Identified on.
FIRST_VALUED_DOI = 1

# On hold and cancelled leave the forecast; both stay in the plan, so that neither improves a ratio (domain 7).
OUT_OF_FORECAST = (Lifecycle.ON_HOLD, Lifecycle.CANCELLED)

RATED = (Status.GREEN, Status.AMBER, Status.RED)
OFF_PLAN = (Status.AMBER, Status.RED)


class Topic:
    """Facts that this app publishes to itself, so that many changes of a package climb once."""

    PACKAGE_STALE = "reporting.package_stale"
