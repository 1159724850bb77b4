"""The nodes and master data that a file's rows hang on, made when they are first named."""

from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.actions.master import create_master
from hierarchy.actions.nodes import create_node
from hierarchy.models import BusinessUnit, Node
from hierarchy.selectors.nodes import root_node

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
