"""Members, their roles at nodes, deputies, API tokens, and who takes over when somebody leaves.

Owns: role grants, deputies, the registry of duties that pass to a successor.
"""
