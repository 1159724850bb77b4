"""Gates, decisions and periods over REST: the same loaders and actions as the pages."""
