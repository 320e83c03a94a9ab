"""Layers of settings folded into one: defaults, then the project's file, then the command line."""
