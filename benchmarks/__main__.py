"""`python -m benchmarks` measures the runtime and its accounts; `benchmarks.mypy_cost` and others measure the rest."""

import sys

from benchmarks import accounts_cost, runtime_cost

sys.exit(max(runtime_cost.main(), accounts_cost.main()))
