"""The first skill: what a brief says, what follows from it, and whether a document about it holds."""

import re

# Reading and verifying take about two thousand patterns, most of them given to `re` as text where they are used. It keeps
# 512 compiled ones; beyond that it compiles the same patterns anew for every brief, which took a quarter of a run.
re._MAXCACHE = 4096  # type: ignore[attr-defined]
