"""Statistics on columns: estimates with their terms and status, rounding error; no city is known here.

May import: nothing of ours.
To add: one module a method, functions from float64 columns to columns or to `Estimates`.
"""
