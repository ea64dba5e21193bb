"""What leaves the program: documents, reports, workbooks, manifests. Computes no numbers."""
