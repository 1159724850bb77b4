"""The shape of what people type into the pages of measures. Fields are named like the keywords of the actions."""
