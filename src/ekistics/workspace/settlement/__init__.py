"""Settlements and the urban extent from grids: the verbs, the work on blocks, and what a place's pages take from its grids.

Verbs: `classify` and `extent` (files in, files out, no store), `settle` (urban centres of several epochs become places on record).
What they are made of: `blockwise` (grids on disk to classes, here or on a cluster), `results` and `functional` (rows and files of
what was found), `notes` (what has to be said of it), `epochs` and `record` (several years, and how they come on record). For a study
place: `grid_readers` (grids as they are imported), `place_grids` (classified around the place, for the layers), `view` (for its page).
`parameters` lets the command line ask for rules.

May import: every room below `workspace`, and of `workspace` what opens and keeps files.
To add: a verb is a module here; a rule belongs in `places/`, a format in `sources/` or `publish/`.
"""
