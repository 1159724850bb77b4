"""A measure itself: description, people, place in the tree, risks, and the page frame around its tabs.

Owns: measures and risks; the registry of what stands around every tab.
"""
