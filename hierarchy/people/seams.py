"""What the hierarchy's own duties supply: leading a node and chairing a committee pass on like any other."""

from . import successions
from .actions.duties import SOURCE, hand_over_duty, open_duties

successions.register(SOURCE, successions.Succession(open_duties, hand_over_duty))
