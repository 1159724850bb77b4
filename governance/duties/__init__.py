"""What comes with the day, by topic."""

from .committees import close_circulations
from .deviations import tick

__all__ = ["close_circulations", "tick"]
