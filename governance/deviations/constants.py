"""The vocabulary of deviations, and the edges of their states as data (domain section 9)."""

from enum import StrEnum

from django.db import models


class DeviationKind(models.TextChoices):
    """What is off. A measure has at most one open deviation of each kind."""

    MONEY = "money", "Money"
    DATES = "dates", "Dates"
    COST = "cost", "One-time cost"
    RIPPLE = "ripple", "Unanswered slip"
    HAND_OFF = "hand_off", "Refused hand-off"
    FRESHNESS = "freshness", "Unconfirmed"
    REVERSAL = "reversal", "Reversal"


# What nobody confirmed is for who has to confirm it and those above them; no committee decides on it.
DATA_KINDS = (DeviationKind.FRESHNESS,)


class Trigger(StrEnum):
    """The rules that open a deviation. The value is stored, so it never changes."""

    POTENTIAL = "potential_status"
    SHARE_FELL = "share_fell"
    BELOW_FORECAST = "actual_below_forecast"
    IMPLEMENTATION = "implementation_status"
    SLIP = "slip"
    RIPPLE = "ripple"
    COST = "cost_status"
    BUDGET = "budget"
    UNANSWERED = "ripple_unanswered"
    REFUSED = "hand_off_refused"
    STALE = "forecast_stale"
    UNVALIDATED = "month_unvalidated"
    REVERSAL = "sustain_check"


class DeviationState(models.TextChoices):
    """Open: its clock runs. Decided: what was decided is being done. Recovering: nothing that opened it holds any more.

    Closed: by rule, once a period was locked green.
    """

    OPEN = "open", "Open"
    DECIDED = "decided", "Decided"
    RECOVERING = "recovering", "Recovering"
    CLOSED = "closed", "Closed"


# A rule closes it, whether or not somebody decided; the same gap within a period continues it. A cured one goes on
# where it stood when it relapses: as open, or as decided.
DEVIATION_EDGES = [
    (DeviationState.OPEN, DeviationState.DECIDED),
    (DeviationState.OPEN, DeviationState.RECOVERING),
    (DeviationState.OPEN, DeviationState.CLOSED),
    (DeviationState.DECIDED, DeviationState.OPEN),
    (DeviationState.DECIDED, DeviationState.RECOVERING),
    (DeviationState.DECIDED, DeviationState.CLOSED),
    (DeviationState.RECOVERING, DeviationState.OPEN),
    (DeviationState.RECOVERING, DeviationState.DECIDED),
    (DeviationState.RECOVERING, DeviationState.CLOSED),
    (DeviationState.CLOSED, DeviationState.OPEN),
]
LIVE_STATES = (DeviationState.OPEN, DeviationState.DECIDED, DeviationState.RECOVERING)
# In these it asks somebody for something.
ASKING_STATES = (DeviationState.OPEN, DeviationState.DECIDED)


class CauseClass(models.TextChoices):
    """Why it happened, as its owner sees it."""

    SUPPLIER = "supplier", "Supplier or partner"
    RESOURCES = "resources", "People or capacity"
    TECHNICAL = "technical", "Technology or quality"
    SCOPE = "scope", "Scope"
    PRICE = "price", "Price"
    VOLUME = "volume", "Volume"
    DEPENDENCY = "dependency", "Another measure"
    DECISION = "decision", "A missing decision"
    ASSUMPTION = "assumption", "An assumption that did not hold"
    RECORDING = "recording", "Late or wrong data"
    OTHER = "other", "Other"


class DeviationOutcome(models.TextChoices):
    """What the committee decides."""

    ACCEPT = "accept", "Accept the loss"
    COMPENSATE = "compensate", "Compensate"
    RE_SCOPE = "re_scope", "Re-scope"
    ADD_RESOURCES = "add_resources", "Add resources"
    RE_SEQUENCE = "re_sequence", "Re-sequence"
    HOLD = "hold", "Hold the measure"
    CANCEL = "cancel", "Cancel the measure"
    WAIT = "wait", "Wait"


# They change the plan: the owner asks for it by the day that the committee names.
CHANGE_OUTCOMES = (DeviationOutcome.RE_SCOPE, DeviationOutcome.ADD_RESOURCES, DeviationOutcome.RE_SEQUENCE)


class ClockStep(models.TextChoices):
    """What the clock has done. Each happens once per round; a reopening begins the next round."""

    OPENED = "opened", "Opened"
    CAUSE_DUE = "cause_due", "Cause and first counter-measure due"
    SPONSOR_TOLD = "sponsor_told", "Sponsor told"
    UNIT_TOLD = "unit_told", "Lead of the unit told"
    ESCALATED = "escalated", "On the committee's agenda"
    CIRCULATED = "circulated", "Written circulation started"
    WAIT_OVER = "wait_over", "Wait over"
    DECIDED = "decided", "Decided"
    CLEAR = "clear", "Recovering: the clock stands still"
    UNCLEAR = "unclear", "Off plan again: the clock goes on"
    REOPENED = "reopened", "Reopened"
    CLOSED = "closed", "Closed"


# These may happen several times; the others once in a round.
REPEATABLE_STEPS = (ClockStep.CLEAR, ClockStep.UNCLEAR, ClockStep.DECIDED)


class CounterOrigin(models.TextChoices):
    """Who set a counter-measure: who answers for the deviation, or the committee."""

    PROPOSED = "proposed", "Proposed"
    ORDERED = "ordered", "Decided"


class DeviationTopic:
    """Facts that are published; the id is the deviation's, that of DUE and UNDECIDED the measure's."""

    DUE = "governance.deviation_due"
    # The clock of one of its deviations has run out, and nobody was asked in writing yet.
    UNDECIDED = "governance.deviation_undecided"
    OPENED = "governance.deviation_opened"
    DECIDED = "governance.deviation_decided"
    RECOVERED = "governance.deviation_recovered"


class DeviationVerb(models.TextChoices):
    """What is written into the audit."""

    OPENED = "deviation.opened"
    UPDATED = "deviation.updated"
    STEPPED = "deviation.stepped"
    CAUSE_STATED = "deviation.cause_stated"
    OPTION_ADDED = "deviation.option_added"
    OPTION_REMOVED = "deviation.option_removed"
    COUNTER_MEASURE_ADDED = "deviation.counter_measure_added"
    COUNTER_MEASURE_DONE = "deviation.counter_measure_done"
    DECIDED = "deviation.decided"
    REOPENED = "deviation.reopened"
    RECOVERED = "deviation.recovered"
    RELAPSED = "deviation.relapsed"
    CLOSED = "deviation.closed"
