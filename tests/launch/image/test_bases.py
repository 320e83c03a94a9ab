"""What the name of an image says."""

from __future__ import annotations

import pytest

from forkfit.launch.image.bases import Reference, python_version, reference
from forkfit.model.span import Span
from forkfit.model.text import Piece, Text, written
from forkfit.model.value import Absent, Known, Unknown

AT = Span("Dockerfile", 1, 6, 1, 20)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("python", Reference("python")),
        ("python:3.11-slim", Reference("python", "3.11-slim")),
        ("docker.io/library/python:3", Reference("python", "3")),
        ("public.ecr.aws/docker/library/python:3", Reference("python", "3")),
        ("localhost:5000/shop", Reference("localhost:5000/shop")),
        ("localhost:5000/shop:1", Reference("localhost:5000/shop", "1")),
        ("ghcr.io/acme/shop:1@sha256:ab", Reference("ghcr.io/acme/shop", "1", "sha256:ab")),
        ("", Reference("")),
    ],
)
def test_a_reference_has_a_name_a_tag_and_a_digest(written, expected):
    assert reference(written) == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("python:3.11-slim", "3.11"),
        ("python:3.12.4", "3.12"),
        ("docker.io/library/python:3.13-slim@sha256:0", "3.13"),
        ("pypy:3.10", "3.10"),
        ("ghcr.io/astral-sh/uv:0.11.32-python3.12-trixie-slim", "3.12"),
        ("registry.access.redhat.com/ubi9/python-39:latest", "3.9"),
        ("tiangolo/uvicorn-gunicorn-fastapi:python3.11", "3.11"),
        ("ubuntu:22.04", "3.10"),
        ("nvidia/cuda:12.1.1-cudnn8-runtime-ubuntu22.04", "3.10"),
        ("debian:bookworm-slim", "3.11"),
        ("python:3", None),
        ("python:latest", None),
        ("python:bookworm", None),
        ("alpine", None),
    ],
)
def test_a_base_image_says_which_python_it_has(base, expected):
    found = python_version(Known(written(base, AT)))
    assert (found.value if isinstance(found, Known) else None) == expected


def test_an_open_base_says_nothing():
    assert isinstance(python_version(Known(Text((Piece("$A", instead=Unknown("x")),)))), Unknown)
    assert isinstance(python_version(Absent("scratch")), Absent)
