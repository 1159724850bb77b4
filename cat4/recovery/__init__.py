"""Trying a backup before one needs it: whether what was restored is all of it, and still what it was."""
