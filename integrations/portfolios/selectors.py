"""Earlier imports of a source, and what they brought that a later file no longer names."""

from collections.abc import Set

from integrations.constants import Outcome
from integrations.models import ImportRow, ImportRun
from measures.constants import Lifecycle
from measures.models import Measure


def latest_run(source_system: str) -> ImportRun | None:
    """The run of the source whose file describes the latest day; of several, the last one."""
    runs = ImportRun.objects.filter(source_system=source_system, as_of__isnull=False)
    return runs.order_by("-as_of", "-started_at").first()


def measures_not_named(source_system: str, named: Set[str], last: ImportRun | None) -> list[tuple[Measure, bool]]:
    """Open measures of the source that aren't among those `named`; each with whether the `last` file had it."""
    rows = ImportRow.objects.filter(run=last).exclude(outcome=Outcome.MISSING)
    before = set(rows.values_list("external_id", flat=True))
    known = Measure.objects.filter(source_system=source_system).exclude(external_id="").order_by("code")
    still_open = known.filter(lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD))
    return [(measure, measure.external_id in before) for measure in still_open if measure.external_id not in named]
