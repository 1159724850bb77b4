"""Roll-ups over REST: the same selectors as the pages."""
