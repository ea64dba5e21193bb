"""What a result means: assessment, uncertainty, review rules."""
