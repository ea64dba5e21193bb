"""The calculation: bound model, evaluation to a ledger, effects and metrics."""
