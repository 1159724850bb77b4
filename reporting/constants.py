"""The vocabulary of reports."""

from django.db import models

from measures.constants import Lifecycle, Status

# An idea (DoI 0) has no value yet (domain 6.5, its weight is 0): money counts from Identified on.
FIRST_VALUED_DOI = 1

# On hold and cancelled leave the forecast; both stay in the plan, so that neither improves a ratio (domain 7).
OUT_OF_FORECAST = (Lifecycle.ON_HOLD, Lifecycle.CANCELLED)

RATED = (Status.GREEN, Status.AMBER, Status.RED)
OFF_PLAN = (Status.AMBER, Status.RED)


class Topic:
    """Facts that this app publishes to itself: many changes of a package climb once, a worker rebuilds."""

    PACKAGE_STALE = "reporting.package_stale"
    REBUILD_ASKED = "reporting.rebuild_asked"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    REBUILD_STARTED = "reports.rebuild_started"
    TRAIL_EXPORTED = "reports.audit_trail_exported"
