"""A run held against the same run at a revision of git."""
