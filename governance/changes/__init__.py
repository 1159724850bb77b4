"""Changes of a frozen plan: proposed line by line, confirmed, decided, carried out.

Owns: plan changes; the content of a request to change the plan.
"""
