"""The closed vocabularies of a selection; they cost the command line no import."""

__all__ = ["LIMITED", "METHODS"]

# Name here -> name in pymcdm, arguments.
METHODS: dict[str, tuple[str, dict[str, object]]] = {
    "weighted_sum": ("WSM", {"normalization_function": "as_given"}),
    "topsis": ("TOPSIS", {"normalization_function": "as_given"}),
    "weighted_product": ("WPM", {"normalization_function": "as_given"}),
    "waspas": ("WASPAS", {"normalization_function": "as_given"}),
    "mabac": ("MABAC", {"normalization_function": "as_given"}),
    "edas": ("EDAS", {}),
    "marcos": ("MARCOS", {}),
    "vikor": ("VIKOR", {}),
    "promethee_2": ("PROMETHEE_II", {"preference_function": "usual"}),
}
LIMITED = ("applicant", "region", "sector")
