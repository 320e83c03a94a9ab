"""Hide from the workers what Celery imports where it happens to be installed: the tests' environment has more than an image."""

import sys

sys.modules.update(dict.fromkeys(("yaml", "cffi", "msgpack", "zstandard", "brotli")))
