"""The arithmetic behind the document: pure functions, units in names, the formula and its source in each.

Only the standard library: scipy would cost every start 0.3 s, and the tests hold these functions against
scipy and statsmodels instead. Arguments out of their domain raise SizingError, which names the argument.
"""
