"""`{% load cat4_tags %}`: every tag and filter of the interface, one file per subject beside this one."""

from django import template

from cat4.web.templatetags import _blocks, _charts, _forms, _marks, _navigation, _numbers, _panels

register = template.Library()
for _part in (_marks, _numbers, _navigation, _forms, _blocks, _panels, _charts):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
