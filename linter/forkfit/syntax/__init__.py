"""One file a language: text in, nodes with spans out. Knows no Compose and no Celery."""
