"""Carbon handprint: checked, reproducible avoided-emission assessments of digital solutions."""

__version__ = "0.1.0"
