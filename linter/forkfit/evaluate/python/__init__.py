"""Read Python settings and module walks, without importing anything."""
