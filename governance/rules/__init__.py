"""The rules of gates as pure functions over frozen facts, each declared where it is written.

Owns: rules, their faces and lists, the facts they see, the comparison of rule books.
"""

# Whoever imports anything of this package finds every rule declared.
from . import changes, closing, conditions, definition, delivery, planning

__all__ = ["changes", "closing", "conditions", "definition", "delivery", "planning"]
