"""The platform under cat4's apps: settings, tenancy, accounts, audit, outbox and the edge helpers."""
