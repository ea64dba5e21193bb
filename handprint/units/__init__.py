"""Units, amounts with units, and the formulas over them."""
