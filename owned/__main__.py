"""`python -m owned` is the command `owned`."""

import sys

from owned.cli import main

sys.exit(main())
