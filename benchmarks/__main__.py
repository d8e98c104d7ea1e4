"""`python -m benchmarks` measures the runtime; `python -m benchmarks.mypy_cost` measures the plugin."""

import sys

from benchmarks.runtime_cost import main

sys.exit(main())
