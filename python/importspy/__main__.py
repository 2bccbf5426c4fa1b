"""``python -m importspy`` is the command ``importspy``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
