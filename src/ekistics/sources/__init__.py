"""Readers: OpenStreetMap, timetables, tables, vectors, rasters, population; each reports all that it left out and why.

May import: model, geo. A reader opens the file that it is handed and nothing else.
To add: one module a format that returns a noun of `model/extracts.py` or a reading of its own; tag rules are YAML in `rules/`.
"""
