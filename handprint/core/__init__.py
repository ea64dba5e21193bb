"""Foundation: findings, languages, units, formulas, distributions, draws."""
