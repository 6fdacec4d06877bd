"""Run the command line with ``python -m xhsim``."""

from __future__ import annotations

import sys

from xhsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
