"""The sector model: enabled shares of sectors and of society, from lever tables."""
