"""What comes with the day, by topic."""

from .closure import check_what_lasts, resume_proof_packs
from .committees import close_circulations, lock_papers, plan_meetings, remind
from .deviations import follow_what_was_off, tick
from .periods import remind_of_months
from .requests import expire

__all__ = [
    "check_what_lasts",
    "close_circulations",
    "expire",
    "follow_what_was_off",
    "lock_papers",
    "plan_meetings",
    "remind",
    "remind_of_months",
    "resume_proof_packs",
    "tick",
]
