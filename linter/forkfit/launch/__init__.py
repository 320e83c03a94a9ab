"""From a service to the commands it really starts."""
