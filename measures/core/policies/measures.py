"""Who may write, move and steer a measure."""

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.constants import Doi
from measures.models import Measure

from .deputies import by_deputies
from .standing import is_owner_or_pmo, only_owner_or_pmo, takes_changes

AUTHORS = (Role.PMO, Role.OWNER, Role.CONTRIBUTOR)


@by_deputies
def may_create_measure(actor: Actor, package: Node) -> Verdict:
    """Whoever works at the package: portfolio managers, owners and contributors there."""
    if package.level != Level.PACKAGE:
        return denied(f"A measure lies in a measure package. {package.name} is not one.")
    if package.is_retired:
        return denied(f"{package.name} is retired and takes no new measures.")
    if not actor.has_role(package.path, *AUTHORS):
        return denied(f"Only portfolio managers, measure owners and contributors of {package.name} may add measures.")
    return ALLOWED


def may_write_measures(actor: Actor) -> Verdict:
    """Whether there is any part of the tree to which the person may add measures; for buttons that don't name one."""
    if not actor.holds(*AUTHORS):
        return denied("Only portfolio managers, measure owners and contributors may write measures.")
    return ALLOWED


@by_deputies
def may_edit_measure(actor: Actor, measure: Measure) -> Verdict:
    """Description and facts: the owner or the portfolio manager, while it is active."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "edit this measure")
    return takes_changes(measure)


@by_deputies
def may_name_people(actor: Actor, measure: Measure) -> Verdict:
    """Owner, sponsor, controller and committee; once identified, nobody picks their own control."""
    may_edit = may_edit_measure(actor, measure)
    if may_edit and measure.doi >= Doi.IDENTIFIED and not actor.has_role(measure.package.path, Role.PMO):
        return denied("From DoI 1 on only the portfolio manager changes owner, sponsor, controller and committee.")
    return may_edit


@by_deputies
def may_move_measure(actor: Actor, measure: Measure) -> Verdict:
    """Away from where it is."""
    if not actor.has_role(measure.package.path, Role.PMO):
        return denied(f"Only a portfolio manager of {measure.package.name} may move the measure.")
    return takes_changes(measure)


@by_deputies
def may_receive_measure(actor: Actor, package: Node) -> Verdict:
    """To where it goes."""
    if package.level != Level.PACKAGE:
        return denied(f"A measure lies in a measure package. {package.name} is not one.")
    if package.is_retired:
        return denied(f"{package.name} is retired and takes no new measures.")
    if not actor.has_role(package.path, Role.PMO):
        return denied(f"Only a portfolio manager of {package.name} may move a measure there.")
    return ALLOWED


@by_deputies
def may_edit_risks(actor: Actor, measure: Measure) -> Verdict:
    """Adding, editing and removing risks."""
    if not is_owner_or_pmo(actor, measure):
        return only_owner_or_pmo(measure, "change risks")
    return takes_changes(measure)
