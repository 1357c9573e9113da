"""Which skill a message is for, if any. Start in `route.py`."""
