"""Training: settings, examples, the loop, thresholds, run folders, experiments, teachers and students."""
