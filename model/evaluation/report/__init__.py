"""Pages and plots for people: scores, disagreements, learning curves."""
