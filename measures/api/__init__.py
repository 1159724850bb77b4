"""Measures over REST: the same loaders and actions as the pages."""
