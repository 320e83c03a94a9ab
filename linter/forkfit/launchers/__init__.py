"""One program a file: what starts worker processes, and with which values."""
