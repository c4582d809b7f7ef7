"""`python -m listkit.cli`, where there is no script of that name."""

from __future__ import annotations

import sys

from listkit.cli import main

sys.exit(main())
