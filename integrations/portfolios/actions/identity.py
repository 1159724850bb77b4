"""Which measure a row is about: by the source's number, or by its name where files had no numbers yet."""

from cat4.accounts.actor import Actor
from measures.core.actions.sources import renumber_measure
from measures.models import Measure

from ..records import Record
from ..reports import RowReport


def known_measure(actor: Actor, record: Record, source_system: str, report: RowReport) -> Measure | None:
    """The row's measure; one that an earlier file knew by name only takes the row's number from now on."""
    of_source = Measure.objects.filter(source_system=source_system)
    known = of_source.filter(external_id=record.external_id).first()
    if known is not None or not record.name_id:
        return known
    nameless = of_source.filter(external_id=record.name_id).first()
    if nameless is None:
        return None
    report.messages.append(
        f"Recognised by its name as {nameless.code}; {record.external_id} is its number from now on."
    )
    return renumber_measure(actor, nameless.pk, external_id=record.external_id)


def told_of_new(record: Record, source_system: str) -> list[str]:
    """That a row is new although its source was read before, and whether its name is known under another number."""
    of_source = Measure.objects.filter(source_system=source_system)
    if not record.name_id or not of_source.exists():
        return []
    namesake = of_source.filter(name__iexact=record.fields.get("name", "")).first()
    if namesake is None:
        return ["New: no earlier file had its number or its name."]
    return [f"New: no earlier file had its number. {namesake.code} has its name under {namesake.external_id}."]
