"""Models of the registry as signals beside the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xiezhi.decide.language import Vocabulary
from xiezhi.decide.signals import ModelSignals, SignalSource
from xiezhi.detect.models.registry import find_models, read_card
from xiezhi.detect.models.signal import ModelSignal
from xiezhi.detect.models.trees import TreeModel
from xiezhi.domain.errors import XiezhiError
from xiezhi.engine.frame import ChannelFrame

MOST_WEIGHT = 3.0
"""What a model may add to the logit: enough to tip a scale, never enough to stop anyone by itself."""

_ZH = "模型 {name} 判断该事件的欺诈可能性偏高"
_EN = "the model {name} finds this event more likely to be fraud"


@dataclass(frozen=True, slots=True)
class ChannelModels:
    """The boosted-tree models that look at one channel's events."""

    models: tuple[tuple[ModelSignal, TreeModel], ...]
    sources: tuple[SignalSource, ...]

    def signals(self, frame: ChannelFrame) -> ModelSignals:
        """What the models say of a frame's events; which features moved them is worked out on demand."""
        rows, which, weights = [], [], []
        matrices = []
        for index, (signal, model) in enumerate(self.models):
            matrix = frame.matrix(model.features)
            matrices.append(matrix)
            weight = signal.weights(model.probabilities(matrix)[:, 1])
            hit = np.flatnonzero(weight > 0)
            rows.append(hit)
            which.append(np.full(len(hit), index))
            weights.append(weight[hit])

        def reasons(row: int, index: int) -> dict[str, float | bool | str | None]:
            signal, model = self.models[index]
            return signal.signal(model, matrices[index], row, 0.0).values

        order = np.lexsort((np.concatenate(which), np.concatenate(rows)))
        return ModelSignals(
            self.sources,
            np.concatenate(rows)[order].astype(np.int32),
            np.concatenate(which)[order].astype(np.int32),
            np.concatenate(weights)[order],
            reasons,
        )


def channel_models(
    vocabularies: Mapping[str, Vocabulary], roots: tuple[Path, ...]
) -> dict[str, ChannelModels]:
    """The models below `roots`, by channel.

    Raises `XiezhiError` for a model that reads a feature which the channel does not have.
    """
    found: dict[str, list[tuple[ModelSignal, TreeModel]]] = {}
    for name, folder in sorted(find_models(*roots).items()):
        card = read_card(folder)
        if card.kind != TreeModel.kind or card.channel not in vocabularies:
            continue
        missing = [name for name in card.features if name not in vocabularies[card.channel].variables]
        if missing:
            raise XiezhiError(
                f"{folder}: the model {name} reads {', '.join(missing)}, which {card.channel} events do not have",
                "train it again with this version's features, or take the folder away",
            )
        signal = ModelSignal(f"model.{name}", "", card.base_rate or 0.01, cap=MOST_WEIGHT)
        found.setdefault(card.channel, []).append((signal, TreeModel.load(folder)))
    return {channel: ChannelModels(tuple(models), _sources(models)) for channel, models in found.items()}


def _sources(models: list[tuple[ModelSignal, TreeModel]]) -> tuple[SignalSource, ...]:
    return tuple(
        SignalSource(
            signal.model,
            model.card.version,
            signal.group,
            signal.fraud_type,
            _ZH.replace("{name}", model.card.name),
            _EN.replace("{name}", model.card.name),
            model.features,
        )
        for signal, model in models
    )
