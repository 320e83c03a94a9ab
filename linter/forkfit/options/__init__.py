"""The options of the command line: loaded where any is given, since most runs give none."""
