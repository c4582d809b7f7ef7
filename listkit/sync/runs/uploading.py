"""Rows sent as files: cut to the provider's size, and asked about until each file is taken in."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from listkit.contact import ContactList, Upload
from listkit.providers.base import value as limit
from listkit.sync.plans.costing import file_sizes
from listkit.sync.runs.dispatching import Asked
from listkit.sync.runs.sending import take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from listkit.sync.journals.steps import Rows
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Course
    from listkit.sync.runs.tallying import Tally

FIRST_POLL, LONGEST_POLL, PATIENCE, LONGER = 0.01, 10.0, 1800.0, 1.15
"""Seconds between two questions about an upload, for how long it is asked about, and how the pauses grow."""
MOMENT = 0.01
"""Real seconds that a provider is given between two questions, where its clock is hurried."""
HEADING = 200


class Uploading:
    """Makes the courses of a run's files; what has been sent already is asked of the tally."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self.plan, self.tally, self.provider = plan, tally, plan.provider

    def files(self) -> Iterator[Course]:
        """Ask on about the files that are being taken in, and send the rows that are still to be sent."""
        for upload_id, step in list(self.tally.uploads.items()):
            yield self._watch(Upload(upload_id=upload_id, list_id=self.tally.list_ids[step.target]), step.rows)
        rows = self.tally.to_create()
        for target in sorted(set(self.tally.target[rows].tolist())):
            for part in self._cut(rows[self.tally.target[rows] == target]):
                yield self._send(part, target)

    def _cut(self, rows: NDArray[np.int64]) -> Iterator[Rows]:
        """Cut rows into files under the provider's size, headings and every possible quote counted."""
        room = limit(self.provider.limits, "upload_bytes") - HEADING
        ends = np.cumsum(file_sizes(self.plan.contacts)[rows])
        begin = 0
        while begin < len(rows):
            taken = ends[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, taken + room, side="right")))
            yield rows[begin:end]
            begin = end

    def _send(self, rows: Rows, target: int) -> Course:
        """Send rows as a file and wait until it is taken in; they stay unknown until the list is read back."""
        to = ContactList(name=self.plan.targets[target].name, list_id=self.tally.list_ids[target])
        request = partial(self.provider.upload, take(self.plan.contacts, rows), to=to)
        asked = Asked(operation="upload", rows=rows, target=target, request=request)
        step = yield asked
        if step.state == "done" and isinstance(asked.answer, Upload):
            yield from self._watch(asked.answer, rows)

    def _watch(self, upload: Upload, rows: Rows) -> Course:
        clock, pause = self.provider.clock, FIRST_POLL
        given_up = clock.now() + PATIENCE
        while clock.now() < given_up:
            asked = Asked(operation="upload_status", rows=rows, request=partial(self._ask_later, upload, pause))
            step = yield asked
            if step.state != "done" or step.proof.told != "running":
                return
            pause = min(pause * LONGER, LONGEST_POLL)

    def _ask_later(self, upload: Upload, pause: float) -> Upload:
        time.sleep(min(pause, MOMENT))
        self.provider.clock.sleep(pause)
        return self.provider.upload_status(upload)
