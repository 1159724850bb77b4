"""My work: what waits for a person, as owner and as controller, and the measures they answer for."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cat4.accounts.actor import Actor, acting_for_words
from measures.constants import Lifecycle, StatusKind
from measures.core.selectors.mine import my_measures
from measures.facts.calendar import calendar
from measures.models import Measure, MeasureTotals
from measures.status.selectors.statuses import StatusViews, status_map
from measures.status.selectors.totals import totals_map

from .money import missing_facts, money_tasks
from .network import network_tasks
from .tasks import Task


@dataclass(frozen=True, slots=True)
class MyMeasure:
    """A measure of mine with both statuses, its money and the next step."""

    measure: Measure
    role: str
    implementation: str
    potential: str
    totals: MeasureTotals | None
    next_step: str


@dataclass(frozen=True, slots=True)
class MyWork:
    """Everything of the page."""

    tasks: list[Task]
    measures: list[MyMeasure]
    today: date

    @property
    def confirmations(self) -> list[Task]:
        """The tasks that one click settles."""
        return [task for task in self.tasks if task.confirm_url]

    @property
    def hand_overs(self) -> list[Task]:
        """What waits to be accepted."""
        return [task for task in self.tasks if task.accept_url]


def my_work(actor: Actor) -> MyWork:
    """What waits for the actor, the urgent first."""
    window = calendar()
    mine = list(my_measures(actor).select_related("package", "owner", "sponsor", "controller"))
    tasks = [*network_tasks(actor), *money_tasks(actor, window.current_month), *missing_facts(actor)]
    return MyWork(tasks, _lines(actor, mine, tasks), window.today)


def _lines(actor: Actor, mine: list[Measure], tasks: list[Task]) -> list[MyMeasure]:
    ids = [measure.pk for measure in mine]
    statuses, totals = status_map(ids), totals_map(ids)
    return [_line(actor, measure, statuses[measure.pk], totals.get(measure.pk), tasks) for measure in mine]


def _line(
    actor: Actor, measure: Measure, views: StatusViews, totals: MeasureTotals | None, tasks: list[Task]
) -> MyMeasure:
    waiting = next((task.title for task in tasks if task.measure_id == measure.pk or str(measure.pk) in task.href), "")
    return MyMeasure(
        measure=measure,
        role=_role(actor, measure),
        implementation=views[StatusKind.IMPLEMENTATION].shown,
        potential=views[StatusKind.POTENTIAL].shown,
        totals=totals,
        next_step=waiting or ("On hold" if measure.lifecycle == Lifecycle.ON_HOLD else "Nothing waits"),
    )


def _role(actor: Actor, measure: Measure) -> str:
    """The person's own part, else that of somebody for whom they act: `Owner for Stefan Brandt`."""
    parts = ((measure.controller, _("Controller")), (measure.sponsor, _("Sponsor")), (measure.owner, _("Owner")))
    own = next((said for person, said in parts if person and person.pk == actor.user_id), "")
    principals = {stand_in.user_id for stand_in in actor.stands_in_for}
    theirs = next(((said, person.name) for person, said in parts if person and person.pk in principals), ("", ""))
    return own or acting_for_words(*theirs)
