"""What moves dates with the day, and who owes an answer."""

from datetime import date

from cat4.duties.registry import duty

from .actions.network import push_overdue
from .actions.reminders import remind_of_answers


@duty("measures.push_overdue")
def push_overdue_milestones(_today: date) -> int:
    """What is overdue without a new forecast pushes what waits for it; returns how many ripples were stored."""
    return push_overdue()


@duty("measures.remind_of_answers")
def remind_of_unanswered_ripples(today: date) -> int:
    """Who owes an answer to a ripple, or for an enabler that fell, hears two working days before, and on the day."""
    return remind_of_answers(today)
