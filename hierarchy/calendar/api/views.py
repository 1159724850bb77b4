"""Working days over REST."""

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, reads
from hierarchy.organization.selectors import organization_settings

from ..selectors.calendar import calendar_year, year_to_show
from . import shapes


class CalendarView(Resource):
    """The holidays and own days of a calendar year."""

    @reads("get_calendar", shapes.CalendarAnswer, parameters=[shapes.CalendarFilters])
    def get(self, request: Request) -> Response:
        shown = calendar_year(year_to_show(self.asked(shapes.CalendarFilters)["year"]))
        settings = organization_settings()
        answer = {
            "year": shown.year,
            "country": settings.holiday_country,
            "subdivision": settings.holiday_subdivision,
            "working_days": shown.working_days,
            "days": shown.days,
        }
        return Response(shapes.CalendarAnswer(answer).data)
