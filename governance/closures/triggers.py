"""What the database itself holds of a closure: who signs, in which order, and that none comes without a signature."""

import pgtrigger

# A request of another organization is not found, and then refused by its foreign key.
_SIGNERS = """
SELECT measure.id, measure.owner_id, measure.sponsor_id, measure.controller_id, node.path INTO m
FROM governance_gaterequest request
JOIN measures_measure measure ON measure.id = request.measure_id
JOIN hierarchy_node node ON node.id = measure.package_id
WHERE request.id = NEW.request_id;
IF NOT FOUND THEN
    RETURN NEW;
END IF;
IF NEW.person_id IN (m.owner_id, m.sponsor_id) THEN
    RAISE EXCEPTION 'cat4: owner and sponsor of a measure do not sign its closure';
END IF;
IF EXISTS (SELECT 1 FROM measures_effectmonth WHERE measure_id = m.id AND reported_by_id = NEW.person_id)
    OR EXISTS (
        SELECT 1 FROM measures_correction
        WHERE measure_id = m.id AND returned_at IS NULL AND entered_by_id = NEW.person_id
    )
THEN
    RAISE EXCEPTION 'cat4: who entered actuals does not sign the closure';
END IF;
IF EXISTS (
    SELECT 1 FROM governance_gaterequest
    WHERE id = NEW.request_id AND NEW.person_id IN (requested_by_id, on_behalf_of_id)
) THEN
    RAISE EXCEPTION 'cat4: who asked for a closure does not sign it';
END IF;
IF NEW.position = 1 AND NEW.person_id IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: the controller of a measure signs its closure first';
END IF;
IF NEW.position = 2 AND NEW.person_id = m.controller_id THEN
    RAISE EXCEPTION 'cat4: two signatures are given by two people';
END IF;
IF NEW.position = 2 AND NOT EXISTS (
    SELECT 1 FROM hierarchy_rolegrant
    WHERE user_id = NEW.person_id AND role = 'controller' AND node_id = ANY(m.path)
) THEN
    RAISE EXCEPTION 'cat4: the second signature is a controller''s';
END IF;
IF NEW.position = 2 AND NOT EXISTS (
    SELECT 1 FROM governance_closuresignature
    WHERE request_id = NEW.request_id AND position = 1 AND number < NEW.number AND needs_second
) THEN
    RAISE EXCEPTION 'cat4: the second signature follows the first';
END IF;
RETURN NEW;
"""


def signers_trigger() -> pgtrigger.Trigger:
    """Each signature by its own person, the second after the first. For `ClosureSignature.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="signers", when=pgtrigger.Before, operation=pgtrigger.Insert, declare=[("m", "record")], func=_SIGNERS
    )
