"""The shape of what people type into hierarchy's pages. Fields are named like the keywords of the actions."""
