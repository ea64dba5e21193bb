"""Tables with one case per row: Parquet, CSV and XLSX, read partition by partition.

A partition is a fixed range of rows, so what is computed from it depends on nothing else.
"""

from handprint.batch.case_tables.library import ROWS, TABLES, Partition, TableLibrary, open_table
from handprint.batch.case_tables.repeated import Repeated, repeated_ids

__all__ = [
    "ROWS",
    "TABLES",
    "Partition",
    "Repeated",
    "TableLibrary",
    "open_table",
    "repeated_ids",
]
