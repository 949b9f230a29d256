"""Indicators: one module a theme, one function an indicator with its card upon it; reported figures have a card and no formula.

May import: model, stats.
To add: a function under `@indicator` in its theme's module, or a row in `reported.yaml`, its tests and its texts; nothing else.
"""

from ekistics.indicators import access, land, public_space, quantities, reported, settlement, transport

__all__ = ["access", "land", "public_space", "quantities", "reported", "settlement", "transport"]
