"""Every change to the organization tree, its master data, its people and its settings."""
