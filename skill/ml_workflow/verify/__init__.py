"""The verifier for Markdown documents, ours or anybody's: cells and sentences → claims → findings. Start in `check.py`."""
