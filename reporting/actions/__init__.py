"""Writing the tables that reports read."""
