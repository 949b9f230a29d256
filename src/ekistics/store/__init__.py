"""The record: one append-only database of figures, places, runs and decisions, on SQLite or PostgreSQL, and its snapshots.

May import: model. The only room that writes SQL, and it writes it through SQLAlchemy, parameterised.
To add: a table goes to `tables.py` with a migration beside it; a question goes to the module of queries about its noun.
"""
