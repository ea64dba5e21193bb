"""Intake forms and the way in of any submission."""
