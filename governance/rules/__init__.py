"""The rules of the gates: small pure functions over loaded facts."""
