"""How far a version of the gate rules may go, for forms and for the checks behind them."""

from governance.rules.constants import Approver, RuleKind

# Several people can hold these parts; the others are one person's.
SHARED = (Approver.PMO, Approver.CHAIR)
# What an organization may add.
OWN_KINDS = (RuleKind.APPROVAL, RuleKind.MANUAL, RuleKind.EVIDENCE)
# People who confirm a rule, the last turn, and own rules at a step.
MOST_PEOPLE, LAST_TURN, MOST_OWN = 5, 9, 20
