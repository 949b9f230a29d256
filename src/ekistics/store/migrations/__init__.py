"""The migrations of the record, run by `schema.py`; one module a step, in `versions/`.

May import: alembic and SQLAlchemy only, never `tables.py`: an old step must not change when the tables do.
To add: a module `versions/NNNN_what.py`, its number at the end of `schema.REVISIONS`, and the change in `tables.py`.
"""
