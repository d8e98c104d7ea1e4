"""What ownership costs, as ratios that are measured in one run."""
