from django.urls import path

from .views import changes, closures, decisions, deviations, panels, records, requests

app_name = "governance"
urlpatterns = [
    path("gates/<uuid:pk>/stepper/", panels.stepper, name="stepper"),
    path("gates/<uuid:pk>/card/", panels.gate_card, name="gate-card"),
    path("gates/<uuid:pk>/<str:kind>/", requests.move, name="move"),
    path("measures/<uuid:pk>/change-plan/", changes.change_plan, name="change-plan"),
    path("requests/mine/", panels.my_requests, name="my-requests"),
    path("requests/<uuid:pk>/", requests.detail, name="request"),
    path("requests/<uuid:pk>/withdraw/", requests.withdraw, name="withdraw"),
    path("requests/<uuid:pk>/decide/", requests.decide, name="decide"),
    path("requests/<uuid:pk>/confirm/<str:kind>/", requests.approve, name="approve"),
    path("closures/", closures.inbox, name="closures"),
    path("closures/<uuid:pk>/", closures.inbox, name="closure"),
    path("closures/<uuid:pk>/sign/", closures.sign, name="sign"),
    path("closures/<uuid:pk>/return/", closures.send_back, name="closure-return"),
    path("decisions/", decisions.inbox, name="decisions"),
    path("decisions/<uuid:pk>/", decisions.inbox, name="decision-item"),
    path("deviations/", deviations.deviations, name="deviations"),
    path("deviations/mine/", deviations.mine, name="my-deviations"),
    path("deviations/of/<uuid:pk>/", deviations.card, name="deviations-card"),
    path("deviations/<uuid:pk>/", deviations.deviation, name="deviation"),
    path("deviations/<uuid:pk>/cause/", deviations.cause, name="deviation-cause"),
    path("deviations/<uuid:pk>/options/", deviations.options, name="deviation-options"),
    path("deviations/<uuid:pk>/counter-measures/", deviations.counter_measures, name="deviation-counter-measures"),
    path("deviations/<uuid:pk>/decide/", deviations.decide, name="deviation-decide"),
    path("deviation-options/<uuid:pk>/remove/", deviations.option_remove, name="deviation-option-remove"),
    path("counter-measures/<uuid:pk>/", deviations.counter_measure, name="counter-measure"),
    path("periods/", records.periods, name="periods"),
    path("periods/lock/", records.lock, name="period-lock"),
    path("ledger/", records.ledger, name="ledger"),
    path("ledger/verify/", records.verify, name="ledger-verify"),
]
