"""Find Celery workers that cannot fit their container, before the kernel does."""

__version__ = "0.1.0"
