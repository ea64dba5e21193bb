"""Foundation: findings, languages, numbers as text, distributions, draws, whole files."""
