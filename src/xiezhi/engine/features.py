"""Window features and detectors' numbers of event files, as learning takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.core import Core, CoreOptions
from xiezhi.knowledge.base import load_knowledge
from xiezhi.sources.merge import merge
from xiezhi.sources.reading import open_source

_PASSED_OVER = frozenset({"ts"})


def features_of(
    channel: str, files: Sequence[Path], knowledge_folder: Path | None = None
) -> tuple[npt.NDArray[np.float32], tuple[str, ...], list[str]]:
    """(float32[n, F], names, ids) of a channel's events in the order of their times.

    Every number and flag that the channel's rules can read is a column. A file of another channel that lies
    among `files`, or beside them in a folder given, feeds the windows too, so that features across channels
    are as they would be live. Raises `XiezhiError` for a row that is no event, as labels would shift.
    """
    knowledge = load_knowledge(knowledge_folder)
    sources = [open_source(path, schemas=knowledge.schemas) for path in files]
    if all(source.channel.name != channel for source in sources):
        raise XiezhiError(f"none of the files holds {channel} events", "give a file of them with --data")
    core = Core(knowledge, CoreOptions(shipped_models=False))
    variables = core.vocabularies[channel].variables
    names = tuple(
        name for name, variable in variables.items() if variable.type != "text" and name not in _PASSED_OVER
    )
    matrices, ids = [], []
    for merged in merge(sources):
        if merged.bad:
            bad = merged.bad[0]
            raise XiezhiError(
                f"{bad.file}: row {bad.row} is no event: {bad.reason}", "mend it or take it out, then train"
            )
        for piece in core.look(merged.batch):
            if channel in piece.frames:
                frame = piece.frames[channel]
                matrices.append(frame.matrix(names))
                ids += [each or "" for each in frame.table.column("id").to_pylist()]
    return np.concatenate(matrices), names, ids
