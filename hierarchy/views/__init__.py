"""The pages of the organization tree, its master data, its people and its settings."""
