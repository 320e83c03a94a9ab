"""What an image holds and starts, read from Dockerfiles."""
