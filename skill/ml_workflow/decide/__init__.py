"""Facts → Decisions, by rule and arithmetic. Start in `decisions.py`; one file for each thing decided."""
