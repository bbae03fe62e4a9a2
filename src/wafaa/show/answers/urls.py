from django.urls import path

from wafaa.show.answers.pages import groups, panel, products, results, satisfaction

urlpatterns = [
    path("surveys/<uuid:survey_uuid>/results/", results.results, name="survey-results"),
    path("surveys/<uuid:survey_uuid>/results/export/", results.export_results, name="survey-results-export"),
    path("surveys/<uuid:survey_uuid>/results/groups/", groups.groups, name="survey-results-groups"),
    path("surveys/<uuid:survey_uuid>/results/crossed/", groups.crossed, name="survey-results-crossed"),
    path("satisfaction/", satisfaction.satisfaction, name="satisfaction"),
    path("satisfaction/export/", satisfaction.export, name="satisfaction-export"),
    path("satisfaction/products/<int:number_of_product>/", products.product, name="satisfaction-product"),
    path(
        "satisfaction/products/<int:number_of_product>/export/",
        products.export_product,
        name="satisfaction-product-export",
    ),
    path("satisfaction/<slug:cell>/", satisfaction.people, name="satisfaction-people"),
    path("satisfaction/<slug:cell>/export/", satisfaction.export_people, name="satisfaction-people-export"),
    path("customers/<uuid:customer_uuid>/panels/answers/", panel.panel, name="customer-panel-answers"),
]
