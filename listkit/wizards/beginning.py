"""A wizard, begun with a frame; ipywidgets comes only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from listkit.account import Account
    from listkit.wizards.view.upload import UploadWizard


def upload_wizard(frame: pd.DataFrame, *, to: Account) -> UploadWizard:
    """Guide a person from this frame to a list at a provider; see `lk.UploadWizard`.

    Raises MissingExtraError where the widgets are not installed.

    >>> import pandas as pd, listkit as lk
    >>> with lk.sandbox() as box:
    ...     wizard = upload_wizard(pd.DataFrame({"Mobile": ["+12025550123"]}), to=box.exotel)
    ...     wizard.frame["phone"].item()
    '+12025550123'
    """
    from listkit.wizards.view.upload import UploadWizard  # noqa: PLC0415 - see above

    return UploadWizard(frame, to=to)
