"""A fictional group, Alderbrook, and two smaller organizations, built through the actions of the apps."""
