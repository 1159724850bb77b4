"""The rules of the gates: small pure functions over loaded facts.

Importing anything of this package loads every module with rules, so that none is ever missing from the register.
"""

from . import changes, closing, conditions, definition, delivery, planning

__all__ = ["changes", "closing", "conditions", "definition", "delivery", "planning"]
