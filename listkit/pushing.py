"""From a frame to a list of an account: plan it, look at it, keep it, do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from listkit.account import Account
from listkit.connecting import connect
from listkit.errors import ListkitError
from listkit.sync.lists import listing, saving
from listkit.sync.plans import keeping, planning
from listkit.sync.plans.options import Mode
from listkit.sync.runs import applying

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Literal

    import pandas as pd

    from listkit.frame.streams import Stream
    from listkit.sync.lists.listing import ListsPlan
    from listkit.sync.lists.relisted import ListsRun
    from listkit.sync.plans.options import Blanks, Strategy, Unsupported
    from listkit.sync.plans.planning import Plan
    from listkit.sync.plans.suppressing import Suppress
    from listkit.sync.runs.progress import Progress
    from listkit.sync.runs.run import Run


def plan(
    frame: pd.DataFrame | Stream,
    name: str,
    *,
    to: Account,
    mode: Mode = "append",
    strategy: Strategy | Literal["auto"] = "auto",
    on: str = "phone",
    blanks: Blanks = "ignore",
    fields: Sequence[str] | None = None,
    custom: Sequence[str] = (),
    unsupported: Unsupported = "error",
    suppress: Suppress = None,
    max_remove: float = 0.05,
    max_reject: float | None = None,
    allow_destroy: bool = False,
    park: str | None = None,
    create: bool = True,
    split_over_cap: bool = False,
    list_id: str | None = None,
    problems: pd.DataFrame | None = None,
) -> Plan:
    """Say what pushing a frame's contacts to a list would do, row by row, without writing anything.

    The frame needs a column `phone` of numbers in E.164; planning neither cleans nor renames. The
    list is read, and each row is compared with it: rows that are in it already, that repeat an
    earlier row, that are on a stop list, or whose number is not one, stay in the plan with
    their reason and are not sent. The plan owns a copy of the rows.

    What is done:

    - `mode`: "append" adds and never changes anybody; "upsert" also updates the fields of
      members and of contacts that join; "mirror" also removes the members that are not in the frame.
    - `strategy`: "batches" sends contacts in requests of the provider's size; "file" uploads
      them, which never changes a contact that exists and gives no reasons; "swap" (a mirror's)
      fills a fresh list, which takes the name, and the old one stays as `VIP (before …)`. "auto"
      takes a file only where it loses nothing. `plan.cost` prices each.
    - `on`: the column by which rows and members are matched. Another than `phone`, as "email"
      or "custom.id", has to be unique in the list, and then a number can be updated too.
    - `create=False` refuses to make a list. `list_id` says which of two lists of the name.
      `split_over_cap=True` shares what is too much for one list among `VIP`, `VIP (2)`, `VIP (3)`.

    What travels:

    - the columns `phone, first_name, last_name, company, email, tag`, those that are called
      `custom.<name>`, and those in `custom`, as custom fields. `fields` narrows that to some.
      What stays is told in `plan.notes`.
    - `blanks`: a blank cell is nothing to send ("ignore"), empties the field of a contact that is
      updated ("erase"), or refuses the plan ("error"). `lk.CLEAR` in a cell empties that field.
    - `unsupported`: a filled column that the provider has no place for refuses the plan
      ("error") or is left behind ("drop").

    What is guarded:

    - `suppress`: stop lists, one or several: frames and files with numbers in E.164 or their
      SHA-256, columns, numbers. Whoever is on one is never sent, and neither is who
      unsubscribed at the provider itself, or is on a stop list of the account.
    - `max_remove`: a mirror that removes more than this share of the list (0.05), or this count
      (20), is refused. An empty frame never mirrors.
    - `max_reject`: so many invalid rows, or such a share of the rows, are let pass: none of a
      mirror's unless you say so, and any number of others'.
    - `allow_destroy`: TextMagic deletes a contact that leaves its last list. A plan that does so is
      refused unless this is True, or `park="Holding"` names a list that such contacts join first.
    - `problems`: those that `check` or `cleaning` told, so that a row which is invalid has their
      reason, which knows of the region.

    Raises PlanRefused, with all reasons and their numbers, where the push could not end well;
    ColumnsError where a column is missing; AmbiguousListError where two lists have the name;
    ListkitError where the keywords make no sense.

    >>> import pandas as pd, listkit as lk
    >>> frame = pd.DataFrame({"phone": ["+12025550101", "12"]})
    >>> with lk.sandbox() as box:
    ...     print(frame.listkit.plan("VIP", to=box.exotel).counts["add"])
    1
    """
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"A list is given by its name, as 'VIP'; {name!r} is none.")
    if not isinstance(to, Account):
        raise TypeError(f"to= takes an account, as lk.connect('exotel') or box.exotel gives it; {to!r} is none.")
    if mode not in get_args(Mode):
        raise ListkitError(f"mode= is {' or '.join(map(repr, get_args(Mode)))}; {mode!r} is not.")
    return planning.plan(
        frame,
        name,
        to.provider,
        profile=to.profile,
        suppress=(suppress, to.suppress),
        problems=problems,
        mode=mode,
        strategy=strategy,
        on=on,
        blanks=blanks,
        fields=fields,
        custom=custom,
        unsupported=unsupported,
        max_remove=max_remove,
        max_reject=max_reject,
        allow_destroy=allow_destroy,
        park=park,
        create=create,
        split_over_cap=split_over_cap,
        list_id=None if list_id is None else str(list_id),
    )


def push(
    frame: pd.DataFrame | Stream,
    name: str,
    *,
    to: Account,
    mode: Mode = "append",
    strategy: Strategy | Literal["auto"] = "auto",
    on: str = "phone",
    blanks: Blanks = "ignore",
    fields: Sequence[str] | None = None,
    custom: Sequence[str] = (),
    unsupported: Unsupported = "error",
    suppress: Suppress = None,
    max_remove: float = 0.05,
    max_reject: float | None = None,
    allow_destroy: bool = False,
    park: str | None = None,
    create: bool = True,
    split_over_cap: bool = False,
    list_id: str | None = None,
    problems: pd.DataFrame | None = None,
    progress: Progress = None,
    verify: Literal["auto", "full", "no"] = "auto",
    deadline: float | None = None,
) -> Run:
    """Send a frame's contacts to a list and return what became of every row: `plan`, then its `apply`.

    The keywords are those of `plan`, and `progress`, `verify` and `deadline` are those of `Plan.apply`.
    """
    if verify not in {"auto", "full", "no"}:
        raise ListkitError(f"verify= is 'auto' or 'full' or 'no'; {verify!r} is not.")
    planned = plan(
        frame,
        name,
        to=to,
        mode=mode,
        strategy=strategy,
        on=on,
        blanks=blanks,
        fields=fields,
        custom=custom,
        unsupported=unsupported,
        suppress=suppress,
        max_remove=max_remove,
        max_reject=max_reject,
        allow_destroy=allow_destroy,
        park=park,
        create=create,
        split_over_cap=split_over_cap,
        list_id=list_id,
        problems=problems,
    )
    return applying.apply(planned, progress=progress, verify=verify, is_fresh=True, deadline=deadline)


def plan_lists(frame: pd.DataFrame, *, to: Account) -> ListsPlan:
    """Say what pushing a frame of lists back would do, without writing anything.

    The frame is one as `account.lists()` gives it, edited: rows are matched by `list_id`, and one
    without it is a list to be made. `list_name`, `list_tag`, `description` and `shared` are compared, as
    far as the frame has these columns and the provider keeps them; an emptied cell empties.
    Lists that the frame does not name are left alone.

    Raises ColumnsError where there is no `list_name`, and AccountMismatchError where a row is another
    provider's.

    >>> import listkit as lk
    >>> with lk.sandbox() as box:
    ...     lists = box.exotel.create_list("VIP")
    ...     lists["list_tag"] = "gold"
    ...     print(lists.listkit.push_lists(to=box.exotel).counts["updated"])
    1
    """
    if not isinstance(to, Account):
        raise TypeError(f"to= takes an account, as lk.connect('exotel') or box.exotel gives it; {to!r} is none.")
    return listing.plan(frame, to.provider, profile=to.profile)


def push_lists(frame: pd.DataFrame, *, to: Account) -> ListsRun:
    """Push a frame of lists back, and return what became of every row: `plan_lists`, then its `apply`."""
    return plan_lists(frame, to=to).apply()


def load_plan(path: str | PathLike[str], to: Account | None = None) -> Plan | ListsPlan:
    """Read a plan that `plan.save` wrote, for contacts or for lists, to be looked at or applied.

    The account is `to`, or is connected again by the plan's profile. Raises
    AccountMismatchError where it is another than the plan was made for, and ReadError where
    the file is no plan, is damaged or was changed, or is of a later listkit.
    """
    of_lists = keeping.kind(path) == saving.KIND
    header, make = saving.read(path) if of_lists else keeping.read(path)
    return make((to or connect(header.provider, header.profile)).provider)
