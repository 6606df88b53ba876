"""A parsed expression together with its text."""

from __future__ import annotations

from dataclasses import dataclass

from xiezhi.decide.language.tree import Node


@dataclass(frozen=True, slots=True)
class Expression:
    """`tree` is what `text` says; places in the tree count characters of the text."""

    text: str
    tree: Node

    def quote(self, node: Node) -> str:
        """The words of a node as they stand in the text, shortened for messages."""
        words = " ".join(self.text[node.place.start : node.place.end].split())
        return f"`{words if len(words) <= 40 else words[:39] + '…'}`"
