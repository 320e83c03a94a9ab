"""What supervisord starts in a container, read from its configuration."""
