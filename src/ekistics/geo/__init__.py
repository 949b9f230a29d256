"""Numeric kernels on arrays and graphs: lengths and areas on the ellipsoid, joins to edges, reach along a network.

May import: nothing of ours (it knows nothing urban).
To add: one module a kernel, arrays in and arrays out; loops go through `compiled` (compiling.py).
"""
