"""The models that come with the package: which there are, and how their weights are packed."""
