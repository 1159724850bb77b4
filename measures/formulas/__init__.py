"""The formulas of domain sections 6 and 7: pure functions over frozen facts. Decimal only, no Django."""
