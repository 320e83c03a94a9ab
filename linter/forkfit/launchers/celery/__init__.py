"""Which commands start Celery workers, and what those workers are once everything is settled."""
