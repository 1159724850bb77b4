"""What waits for what among the measures: a slip that ripples, its answers, a hand-off, and an earlier date."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from measures.constants import RippleAnswerKind
from measures.schedule.actions.dependencies import add_dependency
from measures.schedule.actions.milestones import add_milestone, complete_milestone, edit_milestone, revise_milestone
from measures.schedule.actions.ripples import answer_ripple
from measures.schedule.selectors.ripples import open_answers

from .steps import Dated
from .story import MeasureStory

Stories = Mapping[str, MeasureStory]
Place = tuple[str, str]

_LINE_4, _HALL_2 = ("OPS-011", "Ramp-up started"), ("OPS-013", "Ramp-up started")
_STOCK = ("OPS-012", "Stock moved to Dijon")


@dataclass(frozen=True, slots=True)
class _Wait:
    """A dependency, entered by the owner of the milestone that waits."""

    on: date
    predecessor: Place
    successor: Place
    lag: int
    note: str


_WAITS = [
    _Wait(date(2026, 3, 16), _LINE_4, _HALL_2, 0, "Hall 2 takes the volume of line 4."),
    _Wait(date(2026, 8, 4), _LINE_4, _STOCK, 5, "Lyon holds the stock until line 4 delivers."),
    _Wait(date(2026, 9, 1), ("COM-011", "All branches"), ("COM-012", "All branches"), 10, "The same trainers."),
    _Wait(
        date(2026, 9, 7),
        ("SGA-023", "Works council agreed"),
        ("SGA-023", "First unit moved"),
        40,
        "Notice period of the agreement.",
    ),
    _Wait(
        date(2026, 9, 7),
        ("SGA-023", "Works council agreed"),
        ("SGA-011", "All units moved"),
        110,
        "The last companies move after they run on the ERP.",
    ),
    _Wait(
        date(2026, 9, 8),
        ("SGA-023", "First unit moved"),
        ("SGA-021", "All units moved"),
        60,
        "Old applications run in parallel for a quarter.",
    ),
]


def network_steps(stories: Stories) -> Iterator[Dated]:
    """Dependencies and what follows from them, each by the owner of the milestone."""
    yield Dated(date(2026, 8, 3), 4, "OPS-012", lambda: _add_stock_moved(stories["OPS-012"]))
    for wait in _WAITS:
        yield Dated(wait.on, 4, wait.successor[0], _waiting(stories, wait))
    accept = _answering(stories["OPS-013"], RippleAnswerKind.ACCEPT, reason="Hall 2 can't start before line 4.")
    yield Dated(date(2026, 7, 1), 4, "OPS-013", accept)
    trainers = "Two trainers leave; the branches in the south wait for their successors."
    yield Dated(
        date(2026, 9, 14), 4, "COM-011", _moving(stories, ("COM-011", "All branches"), date(2026, 10, 23), trainers)
    )
    trial = "Two of six cells passed the trial run at the second attempt only."
    yield Dated(date(2026, 10, 12), 4, "OPS-011", _moving(stories, _LINE_4, date(2026, 11, 23), trial))
    counter = "The carrier in Dijon takes the first half of the stock from 16 November on."
    absorb = _answering(stories["OPS-012"], RippleAnswerKind.ABSORB, counter_measure=counter)
    yield Dated(date(2026, 10, 14), 4, "OPS-012", absorb)
    yield Dated(date(2026, 10, 14), 4, "PRO-032", lambda: _hand_over(stories["PRO-032"]))


def _add_stock_moved(story: MeasureStory) -> None:
    name = _STOCK[1]
    milestone = add_milestone(
        story.owner,
        story.measure_id,
        name=name,
        baseline_on=date(2026, 11, 16),
        responsible_id=story.owner.user_id,
    )
    story.milestone_ids[name] = milestone.pk


def _waiting(stories: Stories, wait: _Wait) -> Callable[[], object]:
    def step() -> None:
        successor = stories[wait.successor[0]]
        add_dependency(
            successor.owner,
            predecessor_id=stories[wait.predecessor[0]].milestone_ids[wait.predecessor[1]],
            successor_id=successor.milestone_ids[wait.successor[1]],
            lag_days=wait.lag,
            note=wait.note,
        )

    return step


def _moving(stories: Stories, place: Place, forecast_on: date, reason: str) -> Callable[[], object]:
    story = stories[place[0]]
    return lambda: revise_milestone(story.owner, story.milestone_ids[place[1]], forecast_on=forecast_on, reason=reason)


def _answering(story: MeasureStory, kind: RippleAnswerKind, **words: str) -> Callable[[], object]:
    def step() -> None:
        waiting = next(answer for answer in open_answers(story.owner) if answer.measure.code == story.sketch.code)
        answer_ripple(story.owner, waiting.id, kind=kind, **words)

    return step


def _hand_over(story: MeasureStory) -> None:
    """The comparison of bids is done when the group controller accepts it."""
    milestone_id = story.milestone_ids["Bids compared"]
    edit_milestone(story.owner, milestone_id, receiver_id=story.company.person("lucia"))
    complete_milestone(story.owner, milestone_id, actual_on=date(2026, 10, 14))
