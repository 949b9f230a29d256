"""The page on where a place is built and lived in: classes of cells, growth over epochs, centres, and how that is known.

`page` (the whole), `classes`, `growth`, `evidence` (its parts), `notes` (what has to be said of the grids, in sentences).

May import: of `profile` its plain modules. To add: a part of the page is a function that gives blocks.
"""
