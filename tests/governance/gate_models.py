"""Capital projects of a file with gate models of two, three and four gates, approved by bodies by amount.

The business cases lead to DoI 2 and 3, practical completion to DoI 4, the end of the defects period to DoI 5. A model
of two gates decides DoI 3 and 5, one of three also DoI 2, one of four also DoI 4; the others are passed along.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from cat4 import clock
from governance.closures.actions.signing import sign_closure
from governance.constants import RequestKind
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.rulebook.models import RuleSet
from governance.rules.book import Right
from governance.rules.declared import DECLARED
from hierarchy.models import Committee, CommitteeMember
from integrations.portfolios.mapping import load_mapping
from measures.constants import EffectKind, Recurrence
from measures.models import EffectLine, EffectMonth, Measure
from tests.governance.rule_books import published
from tests.world import PASSWORD, TODAY, World

GATES = {"2": (3, 5), "3": (2, 3, 5), "4": (2, 3, 4, 5), "M": (3, 5)}
IN_ORDER = ("BNI", "PBC", "BCA", "Stage1", "Stage2", "Stage3")
COLUMNS = {2: "PBC", 3: "BCA", 4: "Stage1", 5: "Stage3"}


@dataclass(frozen=True)
class Project:
    """A row: its amount, the body that approved it, its gate model, and the instants of the file by column."""

    code: str
    amount: Decimal
    body: str
    model: str
    at: Mapping[str, datetime]

    @property
    def gates(self) -> tuple[int, ...]:
        return GATES[self.model[0]]

    @property
    def out_of_order(self) -> list[tuple[str, str]]:
        """Neighbouring dates of the file that stand the wrong way round."""
        known = [(column, self.at[column]) for column in IN_ORDER if column in self.at]
        return [(first, second) for (first, early), (second, late) in pairwise(known) if early > late]

    def passed(self, today: date = TODAY) -> list[tuple[int, date]]:
        """The gates that lie behind it, with their days; one without a day lies no later than the next that has one."""
        behind: list[tuple[int, date]] = []
        for gate in self.gates:
            later = [self.at[COLUMNS[degree]] for degree in range(gate, 6) if COLUMNS.get(degree) in self.at]
            if not later or later[0].date() > today:
                break
            behind.append((gate, later[0].date()))
        return behind


def read(path: Path) -> list[Project]:
    """Every row, its dates in the three formats that the mapping names."""
    formats = load_mapping("melbourne-gates").date_formats
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [_project(row, formats) for row in csv.DictReader(lines)]


def _project(row: Mapping[str, str], formats: Iterable[str]) -> Project:
    at = {column: _instant(row[column].strip(), formats) for column in IN_ORDER if row[column].strip()}
    amount = Decimal(row["FFC"]).quantize(Decimal("0.01"))
    return Project(row["ID"], amount, row["Approval body"], row["EPT"], at)


def _instant(text: str, formats: Iterable[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise AssertionError(f"{text} is no date of the file")


def bodies(world: World, limits: Mapping[str, int | None]) -> dict[str, Committee]:
    """A committee for each body, all chaired by the chair's persona but the lowest, which the member chairs."""
    made = {}
    for number, name in enumerate(limits):
        made[name] = Committee.objects.create(name=name, node=world.committee.node)
        person = world.people["member" if number == 0 else "chair"]
        CommitteeMember.objects.create(committee=made[name], user=person, role="chair")
    return made


def rights(made: Mapping[str, Committee], limits: Mapping[str, int | None]) -> list[Right]:
    """Each body decides DoI 3 up to its limit of cost."""
    return [
        Right(
            "gate_3", "body", basis="cost", up_to=None if limit is None else Decimal(limit), committee_id=made[name].pk
        )
        for name, limit in limits.items()
    ]


def lean(world: World, gates: tuple[int, ...], deciding: Iterable[Right]) -> RuleSet:
    """A version with these gates that asks for nothing but what makes a gate a gate."""
    optional = [name for name, rule in DECLARED.items() if not rule.is_constitutive]
    return published(world, gates=gates, off=optional, rights=deciding)


def carry(world: World, project: Project, chairs: Mapping[str, str]) -> Measure:
    """Through every gate that lies behind it, each on its day and by its body, through the actions only."""
    measure = world.measure(project.code)
    line = EffectLine.objects.create(
        measure=measure, name="Works", kind=EffectKind.CAPEX, recurrence=Recurrence.ONE_OFF, legal_entity=world.entity,
        account=world.account, currency="EUR",
    )  # fmt: skip
    EffectMonth.objects.create(measure=measure, line=line, month=date(2026, 1, 1), plan=-project.amount)
    deciders = {2: "pmo", 3: chairs[project.body], 4: "sponsor"}
    for gate, day in project.passed():
        with clock.at(day):
            request = request_gate(world.actor("owner"), measure.pk, kind=RequestKind.ADVANCE)
            assert request.to_doi == gate
            if gate == 5:
                sign_closure(world.actor("controller"), request.pk, reason="Defects settled.", password=PASSWORD)
            else:
                decide_gate(world.actor(deciders[gate]), request.pk, outcome="advance", reason=f"{project.body}.")
    return Measure.objects.get(pk=measure.pk)


def history(measure: Measure) -> list[tuple[int, date, bool]]:
    """Degree, day, and whether it was a gate of its own, in the order of the decisions."""
    rows = measure.gate_decisions.order_by("number")
    return [(row.to_doi, row.decided_at.date(), row.is_gate) for row in rows]
