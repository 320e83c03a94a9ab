"""The built-in rules: one file a rule, named by its fault; the docstring is its manual page."""
