"""What holds among places: hierarchy, kinds, validity, boundary editions, succession, and figures carried through it.

May import: model, geo.
To add: one module a rule family; a rule returns problems, never raises for what the world does.
"""
