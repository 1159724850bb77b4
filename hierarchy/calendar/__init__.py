"""Working days and reporting months: public holidays, own days off, which months are locked.

Owns: own days, reporting periods, the frame in which everything of an organization is computed.
"""
