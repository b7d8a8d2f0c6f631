"""Run the command line: ``python -m clustergeo``."""

from __future__ import annotations

from clustergeo.cli import main

if __name__ == "__main__":
    main()
