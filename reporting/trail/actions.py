"""Taking the audit trail along as a file, which is on record itself."""

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Invalid, require
from cat4.wording import counted
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.policies import may_see_trail
from reporting.constants import Verb

from .selectors import TrailFilter, TrailRow, trail_entries, trail_rows

# Some 30 MB; whoever needs more takes it by year, or over the API page by page.
MOST_ROWS = 50_000


@transaction.atomic
def export_trail(actor: Actor, wanted: TrailFilter) -> list[TrailRow]:
    """The entries that fit, oldest first. That somebody took them along is an entry of its own.

    Raises:
        NotAllowed.
        Invalid: on `first_day`: more entries than one file holds.
    """
    root = root_node()
    require(may_see_trail(actor, root.pk))
    found = trail_entries(wanted).order_by("id")
    total = found.count()
    if total > MOST_ROWS:
        fits, holds = counted(total, "entry", "entries"), counted(MOST_ROWS, "entry", "entries")
        raise Invalid({"first_day": f"{fits} fit, and a file holds {holds}. Take them along by fewer days."})
    rows = trail_rows(found)
    asked = {name: value for name in TrailFilter.__slots__ if (value := getattr(wanted, name))}
    record(
        actor,
        Verb.TRAIL_EXPORTED,
        root,
        summary=f"took {counted(total, 'entry', 'entries')} of the audit trail along",
        change=asked,
    )
    return rows
