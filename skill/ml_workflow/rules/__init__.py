"""The skill's ten checks as rules: one file per check, and `across.py` for what must agree between sections.

A rule is a small function from data to findings. `catalogue.py` binds files to checks.
"""
