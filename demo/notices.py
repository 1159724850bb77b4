"""The inboxes of the demo: told by the real actions, read up to the week before, and mailed from now on."""

from datetime import UTC, datetime, time, timedelta

from cat4 import clock
from cat4.duties.tasks import run_duty
from cat4.notices.inbox import mark_all_read, save_preferences
from cat4.notices.kinds import MailMode

from .company import Company
from .dates import TODAY

# Twenty months are played in a minute; their mail would come in one heap.
_READ_UNTIL = datetime.combine(TODAY - timedelta(days=8), time(20), UTC)
_AT_ONCE = {"clara", "lucia"}
_REMINDERS = ("measures.remind_of_answers", "measures.remind_of_overrides", "measures.remind_of_forecasts")


def send_no_mail(company: Company) -> None:
    """Nobody is mailed what lies in the past."""
    for actor in company.actors.values():
        save_preferences(actor, mail=MailMode.NONE)


def open_inboxes(company: Company) -> None:
    """The reminders of the demo's day, then what everybody has read, then mail as people have it."""
    with clock.at(TODAY):
        for name in _REMINDERS:
            run_duty(company.organization.pk, name)
        for key, actor in company.actors.items():
            mark_all_read(actor, until=_READ_UNTIL)
            save_preferences(actor, mail=MailMode.AT_ONCE if key in _AT_ONCE else MailMode.DAILY)
