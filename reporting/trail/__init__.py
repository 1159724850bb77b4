"""The audit trail: every change of the organization, for those who administer or audit it.

Owns: nothing stored: entries are the audit's.
"""
