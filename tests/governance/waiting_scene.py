"""The API's scene, and what it takes for something of every kind to wait for somebody."""

from __future__ import annotations

from datetime import date

from cat4.accounts.actor import Role
from governance.closures.models import ClosureSignature
from governance.deviations.models import Deviation
from governance.gates.models import GateRequest
from measures.constants import Doi
from tests.api.scene import NOW, build_scene
from tests.governance.ready import add_person
from tests.world import TODAY, World


def everything_waits(world: World) -> None:
    """A sponsor was told of a deviation, another is before the committee; a closing lacks its second signature, which
    a second controller gives; a measure lacks its sponsor."""
    build_scene(world)
    add_person(world, "Second", Role.CONTROLLER)
    with world.inside():
        Deviation.objects.update(sponsor_on=TODAY)
        Deviation.objects.create(
            number=2, measure=world.measure("M-6", doi=Doi.DECIDED), kind="dates", opened_on=date(2026, 9, 28),
            cause_due_on=date(2026, 10, 5), sponsor_on=date(2026, 10, 5), escalate_on=date(2026, 10, 12),
            escalated_on=date(2026, 10, 12), decide_by=date(2026, 10, 26), sentence="Comes 30 working days late.",
        )  # fmt: skip
        _signed_once(world)
        world.measure("M-8", sponsor=None, governable=False)


def _signed_once(world: World) -> None:
    request = GateRequest.objects.create(
        measure=world.measure("M-7", doi=Doi.IMPLEMENTED), kind="advance", from_doi=4, to_doi=5, state="submitted",
        requested_by=world.people["owner"], submitted_at=NOW,
    )  # fmt: skip
    ClosureSignature.objects.create(
        request=request, number=50, position=1, person=world.people["controller"], comment="In the books.", run_rate=1,
        amount=1, needs_second=True, books="0" * 64, at=NOW,
    )  # fmt: skip
