"""The nodes and master data that a file's rows hang on, made when they are first named."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.master.actions import create_master
from hierarchy.models import BusinessUnit, Node
from hierarchy.nodes.actions.nodes import create_node, edit_node
from hierarchy.nodes.selectors.nodes import root_node
from measures.models import Measure

_ID_LENGTH = 200
_CODE_LENGTH = 40


@dataclass(slots=True)
class Placement:
    """Finds or makes nodes by their path of names; remembers them for the next row.

    A node made by an import keeps the path as external id, so that it is found again after it was
    renamed here. A node of that name that somebody made by hand is taken as it is.
    """

    actor: Actor
    source_system: str
    _nodes: dict[tuple[str, ...], UUID] = field(default_factory=dict)
    _units: dict[str, UUID] = field(default_factory=dict)

    def forget(self) -> None:
        """After a row was rolled back, what it made is gone."""
        self._nodes.clear()
        self._units.clear()

    def node(self, path: tuple[str, ...]) -> UUID:
        """The id of the node at the end of `path`, portfolio first."""
        if not path:
            return root_node().pk
        if path not in self._nodes:
            self._nodes[path] = self._find(path) or self._make(path)
        return self._nodes[path]

    def _find(self, path: tuple[str, ...]) -> UUID | None:
        known = Node.objects.filter(source_system=self.source_system, external_id=_path_id(path)).first()
        if known is None:
            siblings = Node.objects.filter(parent_id=self.node(path[:-1]), retired_at__isnull=True)
            known = siblings.filter(name=path[-1]).first()
        return known.pk if known else None

    def _make(self, path: tuple[str, ...]) -> UUID:
        node = create_node(
            self.actor,
            parent_id=self.node(path[:-1]),
            name=path[-1],
            source_system=self.source_system,
            external_id=_path_id(path),
        )
        return node.pk

    def rename(self, measure: Measure, before: Sequence[str], now: Sequence[str]) -> str:
        """A node that is the measure's own, by its name and alone in it, takes the name that the source gives it now.

        Answers with a sentence, empty where nothing was renamed: more than one level differs, the node stands for
        something else or holds other measures, it was renamed here, or the new name is taken.
        """
        differing = [level for level, (old, new) in enumerate(zip(before, now, strict=False)) if old != new]
        if len(differing) != 1 or len(before) != len(now):
            return ""
        node = Node.objects.get(pk=measure.package.path[differing[0] + 1])
        old, new = before[differing[0]], now[differing[0]]
        if old != measure.source_values.get("fields", {}).get("name"):
            return ""
        taken = Node.objects.filter(parent_id=node.parent_id, name=new).exists()
        others = Measure.objects.filter(package__path__contains=[node.pk]).exclude(pk=measure.pk).exists()
        if node.name != old or taken or others:
            return ""
        edit_node(self.actor, node.pk, name=new)
        self.forget()
        return f"The {node.kind.lower()} {old} is called {new} now."

    def business_unit(self, name: str) -> UUID:
        """The id of the business unit of that name."""
        if name not in self._units:
            known = BusinessUnit.objects.filter(name=name).first()
            self._units[name] = known.pk if known else self._make_unit(name)
        return self._units[name]

    def _make_unit(self, name: str) -> UUID:
        return create_master(self.actor, "business_unit", code=name[:_CODE_LENGTH], name=name).pk


def _path_id(path: tuple[str, ...]) -> str:
    joined = " / ".join(path)
    return joined if len(joined) <= _ID_LENGTH else sha256(joined.encode()).hexdigest()
