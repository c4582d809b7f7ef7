"""`listkit serve`: both vendors' APIs over one store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from listkit.cli.arguments import PORT, STORE, count, port, told_by
from listkit.errors import ListkitError
from listkit.server.faults import Faults

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands
    from listkit.server.limits import Limits

LEVELS = ("error", "warning", "info", "debug")


def add_to(commands: Commands) -> None:
    """Add the command that serves."""
    serve = commands.add_parser("serve", help="serve both providers' APIs over one store")
    serve.add_argument("--store", **STORE, help="where everything is kept (default: listkit.sqlite)")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this computer only)")
    serve.add_argument("--port", type=port, default=PORT, help=f"0 is any free one (default: {PORT})")
    serve.add_argument("--uploads", type=Path, metavar="FOLDER", help="where files are kept while they are taken in")
    serve.add_argument("--tls-cert", type=Path, metavar="FILE", help="answer over https, with this certificate in PEM")
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of the certificate, without a password")
    serve.add_argument("--workers", type=count, default=1, metavar="N", help="share the work; PostgreSQL only")
    serve.add_argument(
        "--limits",
        type=told_by(_limits),
        metavar="FIGURES",
        help="refuse who asks too often, as exotel=200",
    )
    serve.add_argument(
        "--faults",
        type=told_by(Faults.parse),
        metavar="WHICH",
        help="answer badly on purpose, as rate=0.05,codes=429+503,seed=7",
    )
    serve.add_argument(
        "--empty-unassign", action="store_true", help="answer TextMagic's DELETE of members with 204 and nothing"
    )
    serve.add_argument(
        "--campaign-list",
        action="append",
        default=[],
        metavar="NAME",
        help="a list that Exotel does not delete, as if a campaign used it; give it once for each",
    )
    serve.add_argument("--repeats-fine", action="store_true", help="answer as if new, as Exotel, what is there already")
    serve.add_argument("--log", type=Path, metavar="FILE", help="log into a file instead of onto standard error")
    how_much = serve.add_mutually_exclusive_group()
    how_much.add_argument(
        "--log-level", choices=LEVELS, default="info", help="info has a line for each request (default: info)"
    )
    how_much.add_argument(
        "--quiet", action="store_const", dest="log_level", const="warning", help="log only what goes wrong"
    )
    serve.set_defaults(run=_serve)


def _limits(text: str) -> Limits:
    from listkit.server.limits import Limits  # noqa: PLC0415 - only a server counts

    return Limits.read(text)


def _serve(options: argparse.Namespace) -> None:
    from listkit.server.dialects import Settings  # noqa: PLC0415 - it brings the server
    from listkit.server.listening import TLS  # noqa: PLC0415 - it brings the server
    from listkit.server.memory import leave_pandas_out  # noqa: PLC0415 - the same
    from listkit.server.serving import serve  # noqa: PLC0415 - the same

    if (options.tls_cert is None) != (options.tls_key is None):
        raise ListkitError("A certificate and its key go together: give both --tls-cert and --tls-key, or neither.")
    leave_pandas_out()
    serve(
        options.store,
        host=options.host,
        port=options.port,
        folder=options.uploads,
        tls=TLS(options.tls_cert, options.tls_key) if options.tls_cert else None,
        limits=options.limits,
        settings=Settings(
            is_unassign_empty=options.empty_unassign,
            campaign_lists=frozenset(options.campaign_list),
            are_repeats_fine=options.repeats_fine,
        ),
        faults=options.faults,
        workers=options.workers,
        log=options.log,
        level=options.log_level,
    )
