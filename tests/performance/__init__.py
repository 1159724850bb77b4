"""Measurements, as ratios within one run; `make bench` runs them, `make test` doesn't."""
