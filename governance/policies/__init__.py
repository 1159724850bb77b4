"""Who may do what with gates, months and records. Each answer carries the sentence that the person reads.

Being an administrator gives no right over money or gates.
"""

from ._who import hat
from .asking import may_approve, may_fulfil, may_request, may_withdraw
from .closing import may_countersign, may_have_proof, may_return_closing, may_sign_next
from .deciding import (
    may_decide,
    may_decide_deviation,
    may_reopen,
    may_return,
    may_sign,
    may_validate_closing,
    not_own_request,
)
from .deviations import may_answer_deviation, may_complete_counter_measure
from .records import may_lock_period, may_nudge, may_see_ledger
from .rule_sets import may_change_rules

__all__ = [
    "hat",
    "may_answer_deviation",
    "may_approve",
    "may_change_rules",
    "may_complete_counter_measure",
    "may_countersign",
    "may_decide",
    "may_decide_deviation",
    "may_fulfil",
    "may_have_proof",
    "may_lock_period",
    "may_nudge",
    "may_reopen",
    "may_request",
    "may_return",
    "may_return_closing",
    "may_see_ledger",
    "may_sign",
    "may_sign_next",
    "may_validate_closing",
    "may_withdraw",
    "not_own_request",
]
