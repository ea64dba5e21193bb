"""Reference data: factor libraries, regions, global warming potentials."""
