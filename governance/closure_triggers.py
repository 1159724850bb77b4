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

_CLOSED_BY_SIGNATURE = """
SELECT number, person_id, needs_second INTO s FROM governance_closuresignature
WHERE request_id = NEW.request_id AND position = 1 ORDER BY number DESC LIMIT 1;
IF s.person_id IS DISTINCT FROM NEW.decided_by_id THEN
    RAISE EXCEPTION 'cat4: a closure is decided by the signature of its controller';
END IF;
IF s.needs_second AND NOT EXISTS (
    SELECT 1 FROM governance_closuresignature
    WHERE request_id = NEW.request_id AND position = 2 AND number > s.number
) THEN
    RAISE EXCEPTION 'cat4: this closure needs a second signature';
END IF;
RETURN NEW;
"""

_RESIDUAL = """
SELECT owner_id, sponsor_id, controller_id INTO m FROM measures_measure WHERE id = NEW.measure_id;
IF NEW.decided_by_id IN (m.owner_id, m.sponsor_id, m.controller_id)
    OR NEW.on_behalf_of_id IN (m.owner_id, m.sponsor_id, m.controller_id)
    OR EXISTS (
        SELECT 1 FROM governance_gaterequest WHERE id = NEW.request_id AND (
            requested_by_id IN (NEW.decided_by_id, NEW.on_behalf_of_id)
            OR on_behalf_of_id IN (NEW.decided_by_id, NEW.on_behalf_of_id)
        )
    )
THEN
    RAISE EXCEPTION 'cat4: a residual is accepted by the committee, not by who owns, sponsors, controls or asked';
END IF;
RETURN NEW;
"""


def signers_trigger() -> pgtrigger.Trigger:
    """Each signature by its own person, the second after the first. For `ClosureSignature.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="signers", when=pgtrigger.Before, operation=pgtrigger.Insert, declare=[("m", "record")], func=_SIGNERS
    )


def signed_closure_trigger() -> pgtrigger.Trigger:
    """No closure without its signatures; by its name it comes after who may decide at all. For `GateDecision.Meta`."""
    return pgtrigger.Trigger(
        name="signed_closure",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__outcome="advance", new__to_doi=5),
        declare=[("s", "record")],
        func=_CLOSED_BY_SIGNATURE,
    )


def residual_trigger() -> pgtrigger.Trigger:
    """A residual is accepted by somebody apart. For `GateDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="residual_apart",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__outcome="residual"),
        declare=[("m", "record")],
        func=_RESIDUAL,
    )
