"""What pages of a measure show and other capabilities know: counts of tabs, verdicts of the head, panels.

Registered in the `seams.py` of the capability whose tab or act it is.
"""

from collections.abc import Callable
from typing import TypeVar

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from measures.models import Measure

Count = Callable[[Measure], int]
May = Callable[[Actor, Measure], Verdict]
Supplier = TypeVar("Supplier", Count, May)

_counts: dict[str, Count] = {}
_verdicts: dict[str, May] = {}
_panels: list[str] = []


def counts_tab(tab: str) -> Callable[[Count], Count]:
    """Register the number beside a tab's name; at most one query.

    Raises:
        ValueError: the tab has its number already.
    """
    return _register(_counts, tab)


def guards_act(name: str) -> Callable[[May], May]:
    """Register who may do what the head of a measure offers; templates know the verdict by `name`.

    Raises:
        ValueError: the name is taken.
    """
    return _register(_verdicts, name)


def adds_panel(name: str) -> None:
    """Register the address of a panel of the overview, such as "governance:deviations-card"; it is given the `pk`.

    Raises:
        ValueError: the panel is there already.
    """
    if name in _panels:
        raise ValueError(f"{name} is registered already.")
    _panels.append(name)


def panels() -> tuple[str, ...]:
    """The panels below the facts of a measure, those of lower apps first."""
    return tuple(_panels)


def tab_counts(measure: Measure) -> dict[str, int]:
    """The numbers beside the tabs that have one."""
    return {tab: count(measure) for tab, count in _counts.items()}


def head_verdicts(actor: Actor, measure: Measure) -> dict[str, Verdict]:
    """Who may do what the head offers, by name."""
    return {name: may(actor, measure) for name, may in _verdicts.items()}


def _register(known: dict[str, Supplier], name: str) -> Callable[[Supplier], Supplier]:
    def register(supplier: Supplier) -> Supplier:
        if name in known:
            raise ValueError(f"{name} is registered already.")
        known[name] = supplier
        return supplier

    return register
