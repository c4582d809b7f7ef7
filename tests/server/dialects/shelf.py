"""A stand-in for the importer: uploads are recorded, kept and never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.server.store.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listkit.contact import ContactList
    from listkit.server.store.base import Account, Api, Store
    from listkit.wire.multipart import FilePart


class Shelf:
    """Keeps uploads instead of taking them in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.started: list[tuple[Job, bytes]] = []

    def start(
        self, account: Account, *, api: Api, to: ContactList, file: FilePart, layout: Mapping[int, str], cap: int | None
    ) -> Job:
        """Record the job, and keep the file."""
        new = Job(
            upload_id="",
            account_id=account.account_id,
            api=api,
            list_id=str(to.list_id),
            path="kept.csv",
            layout=dict(layout),
            cap=cap,
        )
        job = self.store.create_job(new)
        self.started.append((job, b"".join(file.blocks())))
        return job
