"""A thin, read-only skin over a workspace: addresses, headers, errors and files; what pages say is made elsewhere.

May import: workspace, publish, model.
To add: a page is a method of `Pages` (pages.py) and a route that calls it (routes.py); a kind of error a row in errors.py.
"""
