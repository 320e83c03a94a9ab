"""Follow shell scripts in all the ways they may run, without running anything."""
