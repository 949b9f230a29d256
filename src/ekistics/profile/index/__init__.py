"""The pages of an index: which there are, how units rank, how sure that is, where a unit stands and why, and what other weights do.

A page a module: `listing`, `ranking` (with `ranking_chart`), `matrix`, `audit` (in `audit_words`), `how` (the method in full), `unit`,
`what_if`, and `report` (all of them in one file). What a unit's page is made of: `unit_tree`, `unit_peers`, `unit_distance`,
`unit_change`, `unit_sheet`. Where figures come from: `evidence`, `unit_evidence`. Used by several: `common`, `doubt`.

May import: of `profile` its plain modules. To add: a part is a function that gives blocks; a page gives a `Document`.
"""
