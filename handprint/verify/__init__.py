"""Reports run again and compared, number by number."""
