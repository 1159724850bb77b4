"""Every change of a gate, a closure or a period."""
