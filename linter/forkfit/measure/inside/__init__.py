"""Programs for the user's interpreter: each is run as a file, and needs the standard library and Celery, nothing of ours."""
