"""Every write of a measure: one function per verb."""
