"""Every word of the wizards, in one place: a translation is another file like this."""

from __future__ import annotations

STEPS = "Steps"
ENCODING, DELIMITER, SHEET, HEADER, ROWS = "Encoding", "Delimiter", "Sheet", "Names in row", "Rows"
COLUMN_HEADS = ("Column", "It holds", "It is", "Why")
PROBLEMS = "Problems"
NO_PROBLEMS = "No problem was found: every row can be sent."
NO_DUPLICATES = "No row is there twice."
EARLIER, LATER = "Earlier", "Later"
WHY = "why"
APART = "somebody else"
DONE = "Done: everybody is in the list."
NOT_DONE = "Not everybody is in the list."
NOBODY = "There was nobody to push."
SUM = "sum"
COPY = "Copy"
BACK, NEXT, UNDO, REDO = "Back", "Next", "Undo", "Redo"
PATH, PATH_HINT, OPEN = "Or a file that is here already:", "contacts.xlsx", "Open"
REGION = "Country of numbers without +:"
REGION_HINT = "two letters, as IN"
MERGE, LIKELY = "Make one row of those who are one person", "Look for those who are only likely the same, too"
LIST, LIST_HINT, MODE = "List:", "its name at the provider", "What to do:"
MODES = {
    "append": "Add who is missing; change nobody",
    "upsert": "Add who is missing; update who is there",
    "mirror": "Make the list as these rows are; remove who is not among them",
}
DESTROY = "Contacts may be deleted for good"
PLAN = "Make the plan"
PUSH, CANCEL, RESUME, TAKE_BACK = "Push", "Cancel", "Go on", "Undo this push"
REJECTS = "Download what did not get in"
NOTHING_WRITTEN = "Nothing has been written yet."
MEANINGS = {
    "": "nothing",
    "phone": "phone",
    "first_name": "first name",
    "last_name": "last name",
    "full_name": "full name",
    "country": "country",
    "company": "company",
    "email": "email",
    "tag": "tag",
}
OUTCOMES = {
    "added": "in the list now",
    "updated": "were in it; their fields were sent",
    "unchanged": "were in it, as they are here",
    "already": "were in it",
    "duplicate": "the same as an earlier row",
    "suppressed": "on a stop list; not sent",
    "invalid": "no number that can be sent",
    "rejected": "refused by the provider",
    "failed": "proven not to have arrived",
    "unknown": "may have arrived; not settled yet",
    "unsent": "not sent",
}


def unfinished(name: str, began: str) -> str:
    """Say that a push is not over."""
    return f"A push to {name!r} of {began} is not over."


def more_rows(count: int) -> str:
    """Say how many rows are not shown."""
    return f"and {count:,} more"


def accept(count: int) -> str:
    """Offer to take what is suggested."""
    return f"Take the {count:,} suggestions" if count > 1 else "Take the suggestion"


def problem(code: str) -> str:
    """Name a kind of problem."""
    return code.replace("_", " ")


def clusters(count: int, first: int, last: int) -> str:
    """Say how many people are there more than once."""
    people = "1 person is" if count == 1 else f"{count:,} people are"
    return f"{people} there more than once; these are {first:,} to {last:,}."


def of_rows(count: int) -> str:
    """Say how many rows there are."""
    return f"of {count:,} rows"


ENDED = {
    "planning": "The plan is made. Nothing has been written yet.",
    "pushing": "The push is over: every row is accounted for.",
    "going on with the push": "The push is over: every row is accounted for.",
    "taking the push back": "The push is taken back, as far as that can be.",
}


def ended(name: str, state: str) -> str:
    """Say that some work is over."""
    return ENDED.get(name, "") if state == "done" else f"Stopped: {name}."


def working(name: str, done: int, total: int) -> str:
    """Say how far some work is."""
    return f"{name}: {done:,} of {total:,}" if total else f"{name} …"
