"""A place where a higher capability registers, once, what a lower one asks for and can't import.

    _standing = Seam[Supplier]("Where a node stands")
    gives_standing = _standing.register

The higher one registers in its `seams.py`; the lower one reads `_standing.supplier`.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class Seam(Generic[T]):
    """Holds the one supplier; `what` begins the sentence that refuses a second."""

    def __init__(self, what: str) -> None:
        self._what = what
        self.supplier: T | None = None

    def register(self, supplier: T) -> T:
        """Make the supplier known; also as a decorator.

        Raises:
            ValueError: another is registered already.
        """
        if self.supplier is not None:
            raise ValueError(f"{self._what} is supplied already.")
        self.supplier = supplier
        return supplier
