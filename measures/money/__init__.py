"""The money of a measure by month: baselines, plan, forecast, actuals, corrections, causes of missing money.

Owns: effect lines and months, baselines, forecasts and their checks, corrections, leakage, proofs.
"""
