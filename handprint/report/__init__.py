"""The documents of a case: PDF, HTML, XLSX."""
