"""Batch scoring: the rows of a library evaluated together, by the evaluator of single cases."""
