"""The one reader of other people's tables: cells as text or numbers, with their places."""
