"""From imports to megabytes, and from megabytes to what a container needs."""
