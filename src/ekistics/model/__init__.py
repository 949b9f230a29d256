"""The nouns that more than one room speaks: places, figures, series, assets, runs, cards, frameworks, errors.

May import: nothing of ours.
To add: one file a noun, frozen dataclasses and enums, no behaviour that opens a file or asks a clock.
"""
