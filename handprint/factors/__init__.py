"""Emission factors: the library, how a factor is chosen, warming potentials, regions."""
