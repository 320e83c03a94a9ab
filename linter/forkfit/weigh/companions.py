"""What Celery's own worker takes up by itself where it is installed, whatever the application imports."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.model.record import Record
from forkfit.weigh.load import Load
from forkfit.weigh.present import is_listed


class Companion(Record):
    """A library that Celery, kombu or billiard use where they find it, and how it is known to be there.

    `distributions` are its own and those that always bring it, `imports` the packages that cannot be imported without it.
    """

    name: str
    load: Load
    distributions: frozenset[str]
    imports: frozenset[str]


# Measured with Celery 5.7 on Python 3.11 as the slope between 1 and 8 children of a bare worker, idle and after tasks and
# garbage collection, each library alone beside celery[redis]; all of them together come to the sum (238 of 235 MiB).
#
# billiard declares a C function in every child, by cffi where it is installed, and its parser is each child's own: 3.6 to 4.3 do.
CFFI = Companion(
    "cffi",
    Load(main=0.2, child=2.1, idle=3.1),
    frozenset(
        {
            *("apns2", "argon2-cffi", "argon2-cffi-bindings", "authlib", "azure-identity", "azure-storage-blob", "brotlicffi"),
            *("cairocffi", "cairosvg", "cffi", "cryptography", "django-oauth-toolkit", "docusign-esign", "fido2", "josepy"),
            *("jwcrypto", "librosa", "mozilla-django-oidc", "msal", "paramiko", "pycares", "pygit2", "pynacl", "pyopenssl"),
            *("pysaml2", "pysftp", "snowflake-connector-python", "social-auth-app-django", "social-auth-core", "sounddevice"),
            *("soundfile", "sshtunnel", "weasyprint", "webauthn"),
        }
    ),
    frozenset(
        {
            *("OpenSSL", "argon2", "authlib", "cairosvg", "cffi", "cryptography", "jwcrypto", "librosa", "msal", "nacl", "paramiko"),
            *("pygit2", "soundfile", "weasyprint"),
        }
    ),
)
# Kombu registers YAML as a way to serialise.
YAML = Companion(
    "PyYAML",
    Load(main=1.2, child=0.4, idle=0.5),
    frozenset({"drf-spectacular", "huggingface-hub", "kubernetes", "langchain-core", "pyyaml", "transformers"}),
    frozenset({"yaml"}),
)
# prompt_toolkit, which Celery's command line imports, reads styles of Pygments.
PYGMENTS = Companion(
    "Pygments", Load(main=2.5, child=0.6, idle=0.7), frozenset({"ipython", "pygments", "rich"}), frozenset({"IPython", "pygments", "rich"})
)
COMPANIONS = (CFFI, YAML, PYGMENTS)


def taken_up(installed: frozenset[str] | None, imports: Callable[[str], bool]) -> Load:
    """Return what the companions add that files list, or that the code cannot do without; MiB."""
    there = (c for c in COMPANIONS if is_listed(c.distributions, installed) or any(map(imports, c.imports)))
    return sum((companion.load for companion in there), Load())
