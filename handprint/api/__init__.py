"""The way in for Python: what ``import handprint as hp`` offers, one function per task."""
