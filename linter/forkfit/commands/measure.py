"""Weigh an application or libraries, by running them."""

from __future__ import annotations

from forkfit.arguments import Arguments
from forkfit.builtin import gathered
from forkfit.config.find import Shelf
from forkfit.measure.command import measure
from forkfit.place import locate
from forkfit.streams import Streams


def run(arguments: Arguments, streams: Streams) -> int:
    """Measure what the arguments name, and write it down."""
    asked = arguments.measuring
    # An application is of the project whose folder holds it, a service of the project that is named.
    place = locate(arguments.replace(paths=(asked.folder,)) if asked.app and not arguments.paths else arguments)
    settings = Shelf(place.files, arguments.settings).of(place.settings_folder).settings
    order = place.order(arguments, streams.environ)
    return measure(asked, order, place.files, gathered(settings.plugins), streams.environ, streams.out, streams.err)
