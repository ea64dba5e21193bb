"""Cases compared effect by effect, on the same draws."""
