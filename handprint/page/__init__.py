"""The kit of all reports: words, marks, pages, PDF, sheets."""
