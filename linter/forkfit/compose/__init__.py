"""All knowledge of Compose: which files make a project, and what they say together."""
