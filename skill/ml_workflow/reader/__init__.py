"""Brief → Facts. Start in `read.py`. Phrases that name a fact are read first; then every number competes for its role (`competing.py`, `roles.py`)."""
