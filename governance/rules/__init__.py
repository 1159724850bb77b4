"""The rules of gates as pure functions over frozen facts, each declared where it is written.

Owns: rules, their faces and lists, the facts they see, the comparison of rule books.
"""

# Importing anything of this package loads every module with rules, so that none is missing from the register.
from . import changes, closing, conditions, definition, delivery, planning

__all__ = ["changes", "closing", "conditions", "definition", "delivery", "planning"]
