"""Brief → Facts. Start in `read.py`; `words.py` finds what is said in words, `amounts.py` what is said in numbers."""
