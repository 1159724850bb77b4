"""What the database itself holds of the duties around a decision, the application's own SQL included.

Beside it, the migration `held_by_the_database` lets a degree or lifecycle move only by a decision and keeps
locked months locked; `money_held_by_the_database` keeps a frozen plan, the entries of a locked month and what was
validated; `plans_held_by_the_database` lets a frozen plan change only to what an approved change asked for.
"""

import pgtrigger

_DUTIES = """
SELECT owner_id, sponsor_id, controller_id INTO m FROM measures_measure WHERE id = NEW.measure_id;
IF NEW.outcome = 'return' THEN
    RETURN NEW;
END IF;
IF NEW.decided_by_id = m.owner_id THEN
    RAISE EXCEPTION 'cat4: the owner of a measure does not decide on it';
END IF;
IF NEW.decided_by_id = m.sponsor_id AND NOT (NEW.outcome = 'advance' AND NEW.to_doi = 4) THEN
    RAISE EXCEPTION 'cat4: the sponsor of a measure decides only gate 4';
END IF;
IF NEW.outcome IN ('advance', 'change') AND EXISTS (
    SELECT 1 FROM governance_gaterequest WHERE id = NEW.request_id AND requested_by_id = NEW.decided_by_id
) THEN
    RAISE EXCEPTION 'cat4: who asked for a gate does not pass it';
END IF;
IF NEW.outcome = 'change' AND NEW.decided_by_id = m.controller_id THEN
    RAISE EXCEPTION 'cat4: the controller of a measure confirms a changed plan and does not decide on it';
END IF;
IF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND NEW.decided_by_id IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure signs its closure';
END IF;
IF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND EXISTS (
    SELECT 1 FROM measures_effectmonth WHERE measure_id = NEW.measure_id AND reported_by_id = NEW.decided_by_id
) THEN
    RAISE EXCEPTION 'cat4: who entered actuals does not sign the closure';
END IF;
RETURN NEW;
"""


_CONFIRMATIONS = """
SELECT measure.owner_id, measure.sponsor_id, measure.controller_id INTO m
FROM governance_gaterequest request JOIN measures_measure measure ON measure.id = request.measure_id
WHERE request.id = NEW.request_id;
IF NEW.kind = 'size_and_timing' AND NEW.person_id IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure confirms size and timing';
END IF;
IF NEW.kind = 'plan_change' AND NEW.person_id IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure confirms a changed plan';
END IF;
IF NEW.kind = 'sponsor' AND NEW.person_id IS DISTINCT FROM m.sponsor_id THEN
    RAISE EXCEPTION 'cat4: only the sponsor of a measure approves as sponsor';
END IF;
IF NEW.kind = 'hand_over' AND NEW.person_id IN (m.owner_id, m.sponsor_id) THEN
    RAISE EXCEPTION 'cat4: owner and sponsor of a measure do not accept its hand-over';
END IF;
RETURN NEW;
"""


def own_confirmations_trigger() -> pgtrigger.Trigger:
    """Each confirmation is given by its own person. For `GateApproval.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="own_confirmations",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("m", "record")],
        func=_CONFIRMATIONS,
    )


def separate_duties_trigger() -> pgtrigger.Trigger:
    """The owner decides nothing of their own measure, the sponsor only gate 4; the controller, who entered
    no actual, signs a closure; who asked for a gate doesn't pass it. For `GateDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="separate_duties",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("m", "record")],
        func=_DUTIES,
    )


_DEVIATION_DUTIES = """
SELECT measure.owner_id, measure.sponsor_id, measure.controller_id INTO m
FROM governance_deviation deviation JOIN measures_measure measure ON measure.id = deviation.measure_id
WHERE deviation.id = NEW.deviation_id;
IF NEW.decided_by_id IN (m.owner_id, m.sponsor_id, m.controller_id) THEN
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
