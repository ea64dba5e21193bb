"""Scored cases selected within quotas, and how robust that is."""
