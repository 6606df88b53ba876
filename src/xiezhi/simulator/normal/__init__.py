"""What honest people do, one channel a file.

Every file has `batch(world, rng, ts, hour)`: the channel's events at the given ascending times (int64[n],
milliseconds), as columns in time order without ids. `hour` is the time at which the slice begins.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xiezhi.domain.batch import Int64
from xiezhi.simulator.normal import account, call, complaint, install, message, sighting, transfer, visit
from xiezhi.simulator.world import Columns, World

Normal = Callable[[World, np.random.Generator, Int64, int], Columns]

NORMAL: dict[str, Normal] = {
    "call": call.batch,
    "message": message.batch,
    "visit": visit.batch,
    "install": install.batch,
    "transfer": transfer.batch,
    "account": account.batch,
    "sighting": sighting.batch,
    "complaint": complaint.batch,
}
