"""The coherence audit of an index: whether its data say what its tree says.

`coherence` (one group of indicators), `parts` (the parts of an audit), `of_assessment` (the door: every group of an assessment), `flags`
(from where it speaks up; numbers in `audit.yaml`).

May import: `index`. To add: a part is a dataclass in `parts`; what is said of it belongs in `profile`.
"""
