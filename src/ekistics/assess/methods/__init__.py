"""The methods that an index is made with, stage by stage, each registered under its name and version with the options it takes.

`registry` (what a method is, what it asks for, which options it has), `catalogue` (the door: every method that comes with Ekistics),
and one module a stage: `filling` (missing figures), `treatment` (outlying ones), `normalisation`, `weights`, `means` (aggregation).
`trees` is the recipe's tree as arrays; `row_facts` says of single figures what a method did to them.

May import: of `assess` its plain modules. To add: a function with `@register` in the module of its stage; numbers belong in `stats`.
"""
