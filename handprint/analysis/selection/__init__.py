"""Selection: eligibility, criteria, places, and how robust the choice is."""
