"""Starting, watching and stopping every part on one machine: what `resident up` does."""
