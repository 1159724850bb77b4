"""What comes with the day, by topic."""

from .committees import close_circulations
from .deviations import follow_what_was_off, tick

__all__ = ["close_circulations", "follow_what_was_off", "tick"]
