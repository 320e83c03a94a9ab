"""One command a file: ``run(arguments, streams)`` returns the exit status."""
