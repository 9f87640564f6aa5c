"""The kinds of visualizations: one file each, found by `registry`."""
