"""Who has a part in a measure's gates: people, deputies, decision rights by amount, declared conflicts.

Owns: conflict declarations; the registry of amounts by which a step is decided.
"""
