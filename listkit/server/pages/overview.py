"""The page at /: an account's lists, how large they are, and how far its uploads are."""

from __future__ import annotations

import math
import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from listkit.server.dialects.exotel import sids
from listkit.server.pages import draw
from listkit.wire.exotel import PREFIX as EXOTEL
from listkit.wire.textmagic import PREFIX as TEXTMAGIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listkit.contact import ContactList
    from listkit.server.store.base import Account, Api, Caller, Store
    from listkit.server.store.jobs import Job
    from listkit.wire.message import Answer, Request

LISTS_A_PAGE = 50
UPLOADS_SHOWN = 10
SECONDS_BETWEEN = 3
"""How often the page is asked anew while an upload runs."""
LONGEST_SEARCH = 255

_NAMES: dict[Api, str] = {"exotel": "Exotel", "textmagic": "TextMagic"}
_HOST = re.compile(r"[0-9A-Za-z.\-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")


def show_overview(request: Request, caller: Caller, store: Store, *, scheme: str) -> Answer:
    """Show what an account has; what stands in the address only chooses the part of its lists."""
    account = caller.account
    search = (request.argument("name") or "").replace("\0", "")[:LONGEST_SEARCH]
    page = _page_of(request)
    seen_by = caller.seen_by
    found = store.lists(
        account,
        search=search or None,
        seen_by=seen_by,
        offset=(page - 1) * LISTS_A_PAGE,
        limit=LISTS_A_PAGE,
        sort="name",
    )
    uploads = _uploads_shown(account, store, seen_by)
    running = sum(upload["is_running"] for upload in uploads)
    variables = _variables(account, _username(caller, store), _address(request, scheme))
    return draw(
        "overview",
        title="Lists",
        here="/",
        account=account,
        again=SECONDS_BETWEEN if running else None,
        lists=[_list_shown(account, kept) for kept in found.items],
        lists_in_all=store.lists(account, limit=1, seen_by=seen_by).total if search else found.total,
        contacts=store.contacts(account, limit=1, seen_by=seen_by).total,
        running=running,
        uploads=uploads,
        search=search,
        found=found.total,
        page=page,
        pages=math.ceil(found.total / LISTS_A_PAGE),
        before=_link(search, page - 1),
        after=_link(search, page + 1),
        variables=variables,
        first_list=_first_list(dict(variables)),
    )


def _page_of(request: Request) -> int:
    told = request.argument("page") or ""
    return max(1, int(told)) if re.fullmatch(r"[0-9]{1,9}", told) else 1


def _link(search: str, page: int) -> str:
    return "/?" + urlencode({**({"name": search} if search else {}), "page": page})


def _address(request: Request, scheme: str) -> str:
    """Say where the caller found this server; a name that no host can have is not repeated."""
    host = request.headers.get("host", "")
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"


def _username(caller: Caller, store: Store) -> str:
    users = store.users(caller.account) if caller.seen_by else []
    return next((user.username for user in users if user.user_id == caller.user_id), caller.account.username)


def _variables(account: Account, username: str, url: str) -> list[tuple[str, str]]:
    return [
        ("LISTKIT_EXOTEL_BASE_URL", url),
        ("LISTKIT_EXOTEL_SID", account.sid),
        ("LISTKIT_TEXTMAGIC_BASE_URL", url),
        ("LISTKIT_TEXTMAGIC_USERNAME", username),
    ]


def _first_list(variables: Mapping[str, str]) -> str:
    address = f"{variables['LISTKIT_EXOTEL_BASE_URL']}/v2/accounts/{variables['LISTKIT_EXOTEL_SID']}/lists"
    return (
        f'curl -u "$LISTKIT_EXOTEL_KEY:$LISTKIT_EXOTEL_TOKEN" {shlex.quote(address)} '
        """-H 'content-type: application/json' -d '{"lists": [{"name": "VIP"}]}'"""
    )


def _list_shown(account: Account, kept: ContactList) -> dict[str, Any]:
    return {
        "name": kept.name,
        "about": kept.description or kept.tag,
        "members": kept.members or 0,
        "type": kept.type,
        "shared": kept.shared,
        "made": kept.created_at,
        "number": kept.list_id,
        "sid": sids.encode(account, "list", kept.list_id or ""),
    }


def _uploads_shown(account: Account, store: Store, seen_by: int | None) -> list[dict[str, Any]]:
    """Show the newest uploads; to a user who sees not all of the account, those into the lists that he sees."""
    jobs = store.jobs(account, limit=UPLOADS_SHOWN)
    ids = list({job.list_id for job in jobs})
    seen = store.lists(account, ids=ids, limit=UPLOADS_SHOWN, seen_by=seen_by).items if ids else []
    names = {kept.list_id: kept.name for kept in seen}
    return [
        _upload_shown(account, store, job, names.get(job.list_id, "a list that is gone"))
        for job in jobs
        if seen_by is None or job.list_id in names
    ]


def _rejects(account: Account, job: Job) -> str:
    """Return where the API that an upload came by tells its rejected rows."""
    if job.api == "textmagic":
        return f"{TEXTMAGIC}contacts/import/progress/{job.upload_id}/rejects"
    return f"{EXOTEL}{account.sid}/csv-status/{sids.encode(account, 'upload', job.upload_id)}/rejects"


def _upload_shown(account: Account, store: Store, job: Job, name: str) -> dict[str, Any]:
    share, is_running = None, job.state in {"waiting", "running"}
    if is_running:
        with suppress(OSError):
            share = min(1.0, job.at / max(1, (store.folder / job.path).stat().st_size))
    return {
        "list_name": name,
        "api": _NAMES[job.api],
        "state": job.state,
        "is_running": is_running,
        "share": share,
        "added": job.added,
        "duplicate": job.duplicate,
        "failed": job.failed,
        "rejects": _rejects(account, job) if job.failed else None,
    }
