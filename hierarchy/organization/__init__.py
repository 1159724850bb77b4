"""The organization itself: how it is made, and its settings as others read them.

Owns: organization settings, the acts of the system, who is an active member.
"""
