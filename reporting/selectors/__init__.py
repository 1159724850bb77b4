"""Reads for the pages of reports."""
