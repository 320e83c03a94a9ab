"""Weigh the user's own application in the user's own environment: the one command that runs what it reads."""
