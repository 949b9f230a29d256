"""From what was read to what is measured: study region, network, people spread, open space, service, reach, zone tables.

May import: model, geo, stats.
To add: one module a layer, a function registered with `@layer` (registry.py); needs and options are its parameters.
"""
