"""Libraries of cases scored: tables and folders, resumable, on one machine or a cluster."""
