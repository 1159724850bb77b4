"""Database triggers that keep the duties of a deviation apart."""

import pgtrigger

_DEVIATION_DUTIES = """
SELECT measure.owner_id, measure.sponsor_id, measure.controller_id INTO m
FROM governance_deviation deviation JOIN measures_measure measure ON measure.id = deviation.measure_id
WHERE deviation.id = NEW.deviation_id;
IF NEW.decided_by_id IN (m.owner_id, m.sponsor_id, m.controller_id)
    OR NEW.on_behalf_of_id IN (m.owner_id, m.sponsor_id, m.controller_id) THEN
    RAISE EXCEPTION 'cat4: owner, sponsor and controller of a measure do not decide on its deviations';
END IF;
RETURN NEW;
"""


def deviation_duties_trigger() -> pgtrigger.Trigger:
    """Nobody with a part in a measure decides on its deviations. For `DeviationDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="separate_duties",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("m", "record")],
        func=_DEVIATION_DUTIES,
    )
