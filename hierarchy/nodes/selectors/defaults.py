"""What new measures below a node take where nobody names another: the nearest node that names it counts (section 3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from cat4.wording import counted, listed
from hierarchy.models import Node

# The facts of a measure that a node may name, as the measure calls them. On the node each begins with `default_`.
DEFAULTS = {
    "sponsor_id": "sponsor",
    "controller_id": "controller",
    "business_unit_id": "business unit",
    "function_id": "function",
    "legal_entity_id": "legal entity",
    "committee_id": "steering committee",
}
_OPEN = Q(measures__isnull=False) & ~Q(measures__lifecycle__in=("cancelled", "closed"))


@dataclass(frozen=True, slots=True)
class Default:
    """A fact that a new measure below `node` takes; `origin` is the node that names it, None where none does.

    `differing_measures` are open and have another.
    """

    field: str
    label: str
    node: Node
    origin: Node | None
    named: Any
    differing_measures: int = 0

    @property
    def value(self) -> UUID | None:
        """The id of what is named."""
        return self.named.pk if self.named else None

    @property
    def is_inherited(self) -> bool:
        """Named by a node above."""
        return self.origin is not None and self.origin.pk != self.node.pk

    @property
    def heading(self) -> str:
        """The label as it begins a line."""
        return self.label[0].upper() + self.label[1:]


@dataclass(frozen=True, slots=True)
class NodeDefaults:
    """Everything that a node names or inherits, at a version of the node."""

    version: int
    defaults: list[Default]


def stated_defaults(node: Node) -> NodeDefaults:
    """What counts at a node, each with the open measures that have another."""
    found = defaults_of(node)
    differing = open_measures_that_differ(node, found)
    return NodeDefaults(node.version, [replace(each, differing_measures=differing[each.field]) for each in found])


def defaults_of(node: Node) -> list[Default]:
    """Every fact that a node may name, with what counts here. One query."""
    related = [stored(field).removesuffix("_id") for field in DEFAULTS]
    chain = Node.objects.filter(pk__in=node.path).select_related(*related).order_by("-level")
    return [_nearest(field, node, list(chain)) for field in DEFAULTS]


def stored(field: str) -> str:
    """The column of a node that names a fact of measures: `default_sponsor_id`."""
    return f"default_{field}"


def own_default(node: Node, field: str) -> UUID | None:
    """What the node itself names; None where it inherits."""
    own: UUID | None = getattr(node, stored(field))
    return own


def _nearest(field: str, node: Node, chain: list[Node]) -> Default:
    origin = next((above for above in chain if getattr(above, stored(field))), None)
    named = getattr(origin, stored(field).removesuffix("_id")) if origin else None
    return Default(field, DEFAULTS[field], node, origin, named)


def open_measures_that_differ(node: Node, defaults: Iterable[Default]) -> dict[str, int]:
    """How many open measures have another value than these defaults of the node, by field.

    Only those count for which this node decides: not those below a node that names its own. A measure keeps what it
    was given when it was written; a default never changes it.
    """
    below = list(Node.objects.filter(path__contains=[node.pk]).exclude(pk=node.pk))
    return {each.field: _differing(_governed(node, below, each.field), each) for each in defaults}


def _governed(node: Node, below: list[Node], field: str) -> list[UUID]:
    """The node and all below it that take its default: no node between, and not they themselves, name another."""
    own = {each.pk for each in below if getattr(each, stored(field))}
    return [node.pk, *(each.pk for each in below if not own & set(each.path))]


def _differing(nodes: list[UUID], default: Default) -> int:
    if default.value is None:
        return 0
    same = _OPEN & Q(**{f"measures__{default.field}": default.value})
    sums = Node.objects.filter(pk__in=nodes).aggregate(
        every=Count("measures", filter=_OPEN), same=Count("measures", filter=same)
    )
    return int(sums["every"] - sums["same"])


def differing_in_words(counts: dict[str, int]) -> str:
    """`3 open measures keep another sponsor.`; empty where none differs."""
    parts = [
        f"{counted(number, 'open measure')} {'keeps' if number == 1 else 'keep'} another {DEFAULTS[field]}"
        for field, number in counts.items()
        if number
    ]
    return f"{listed(parts)}." if parts else ""
