"""An overlap with a frozen plan is split by a change of that plan, whose form opens with what the split leaves."""

from datetime import date
from decimal import Decimal

from measures.findings.actions.findings import refresh_findings
from measures.models import EffectMonth, Finding
from tests.governance.changing import decided, steel
from tests.governance.gates.test_pages import Visitor
from tests.measures.amounts import effect_line, fill
from tests.world import World


def test_a_split_of_a_frozen_plan_leads_to_the_change_of_it_with_the_months_filled_in(world: World) -> None:
    """Of 100 and 80 from October on, the frozen plan keeps 60 percent of 80: 68 are left."""
    with world.inside():
        frozen = decided(world)
        line, other = steel(frozen), world.measure("M-2", doi=1)
        beside = effect_line(world, other, account=line.account, legal_entity=line.legal_entity, supplier=line.supplier)
        fill(beside, date(2026, 10, 1), date(2026, 12, 1), plan=Decimal(80))
        assert EffectMonth.objects.get(line=line, month=date(2026, 10, 1)).plan == 100
        refresh_findings(frozen.pk)
        finding = Finding.objects.get(code="overlap")
    visitor, change = Visitor(world, "pmo"), f"/measures/{frozen.pk}/change-plan/?overlap={finding.pk}&percent="
    given = {"resolution": "split", "percent": "60", "measure_id": str(frozen.pk), "reason": "By volume."}
    refused = visitor.post(f"/findings/{finding.pk}/", 422, **given, version=finding.version)
    assert f"{change}60".replace("&", "&amp;") in refused
    form = visitor.get(f"{change}60")
    for month in ("2026-10", "2026-11", "2026-12"):
        field = form.partition(f'name="plan-{line.pk}-{month}"')[2][:200]
        assert 'value="68"' in field, field
    assert "Overlap with M-2: this plan keeps 60 percent of the smaller amount of each month." in form
    for wrong in ("100", "-1", "half", "NaN"):
        visitor.get(f"{change}{wrong}", 404)
    visitor.get(f"/measures/{other.pk}/change-plan/?overlap={line.pk}&percent=60", 404)
