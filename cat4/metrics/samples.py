"""Numbers with their names and labels, and the text that Prometheus reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One number; `suffix` is the part of a histogram that it is."""

    labels: Mapping[str, str]
    value: float
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """What samples of one name say; `kind` is counter, gauge or histogram."""

    name: str
    kind: str
    help: str
    samples: list[Sample] = field(default_factory=list)


def text_of(families: Iterable[Family]) -> str:
    """The page; a family without a number is left out."""
    return "".join(_lines(family) for family in families if family.samples)


def _lines(family: Family) -> str:
    head = f"# HELP {family.name} {family.help}\n# TYPE {family.name} {family.kind}\n"
    return head + "".join(f"{family.name}{_line(sample)}\n" for sample in family.samples)


def _line(sample: Sample) -> str:
    labels = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in sample.labels.items())
    return f"{sample.suffix}{{{labels}}} {sample.value:.10g}" if labels else f"{sample.suffix} {sample.value:.10g}"
