"""The rules of gates as pure functions over frozen facts, each declared where it is written.

Owns: rules, their faces and lists, the facts they see, the comparison of rule books.
"""
