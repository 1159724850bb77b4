"""Imports over REST: the same readers and actions as the pages and commands."""
