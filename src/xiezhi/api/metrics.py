"""Prometheus metrics, read from the house whenever they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from xiezhi.api.context import House
from xiezhi.api.latency import BOUNDS
from xiezhi.storage.dead_letters import count

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """All metrics of one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What Prometheus' client asks for."""
        totals, health = self._house.desk.engine.totals, self._house.picture.health()
        for name, help, label, counts in (
            ("xiezhi_events", "Events decided on.", "channel", totals.events),
            ("xiezhi_actions", "Actions decided.", "action", totals.actions),
            ("xiezhi_verdicts", "Verdicts by fraud type.", "type", totals.types),
            ("xiezhi_rule_hits", "Hits by rule and version.", "rule", totals.hits),
        ):
            counter = CounterMetricFamily(name, help, labels=[label])
            for key, value in counts.items():
                counter.add_metric([key], value)
            yield counter
        yield self._latency()
        for name, help, gauge in (
            ("xiezhi_up", "1 while the engine takes events.", float(health.status == "ok")),
            ("xiezhi_requests_waiting", "Requests that wait for the engine.", float(health.waiting)),
            ("xiezhi_journal_end", "Offset after the newest journal entry.", float(health.journal_end)),
            ("xiezhi_window_bytes", "Bytes that window tables use.", float(health.window_bytes)),
            ("xiezhi_window_keys", "Keys that window tables hold.", float(health.window_keys)),
            ("xiezhi_late_events", "Events that came too late for windows.", float(health.late)),
            (
                "xiezhi_dead_letters_waiting",
                "Rows that wait to be mended.",
                float(count(self._house.database)),
            ),
            ("xiezhi_checkpoint_age_seconds", "Age of the newest checkpoint.", health.checkpoint_age_s),
        ):
            if gauge is not None:
                yield GaugeMetricFamily(name, help, value=gauge)

    def _latency(self) -> Metric:
        latency = self._house.desk.latency
        buckets, seen = [], 0
        for bound, number in zip((*BOUNDS, float("inf")), latency.total, strict=True):
            seen += number
            buckets.append(("+Inf" if bound == float("inf") else f"{bound:.6g}", float(seen)))
        found = HistogramMetricFamily("xiezhi_decision_seconds", "Time from request to answer.")
        found.add_metric([], buckets=buckets, sum_value=latency.sum)
        return found
