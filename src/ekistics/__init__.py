"""Ekistics: open urban monitoring and action, from raw files to a city's profile, every figure traceable.

Rooms are loaded when a verb needs them: importing this package imports none of them.
The composition root is `ekistics.workspace`; the command line is `ekistics.cli`.
"""

__version__ = "0.1.0"
