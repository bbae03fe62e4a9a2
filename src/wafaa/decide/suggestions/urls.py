from django.urls import URLPattern, URLResolver, path

from wafaa.decide.suggestions.pages import said, suggestion, suggestions

urlpatterns: list[URLPattern | URLResolver] = [
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/export/", suggestions.export, name="suggestions-export"),
    path("suggestions/new/", suggestions.new, name="suggestion-new"),
    path("suggestions/<uuid:suggestion_uuid>/", suggestion.suggestion, name="suggestion"),
    path("suggestions/<uuid:suggestion_uuid>/wording/", suggestion.wording, name="suggestion-wording"),
    path("suggestions/<uuid:suggestion_uuid>/decide/", suggestion.decide, name="suggestion-decide"),
    path("suggestions/<uuid:suggestion_uuid>/merge/", suggestion.merge, name="suggestion-merge"),
    path("suggestions/<uuid:suggestion_uuid>/unmerge/", suggestion.unmerge, name="suggestion-unmerge"),
    path("suggestions/<uuid:suggestion_uuid>/tell/", suggestion.tell, name="suggestion-tell"),
    path("suggestions/<uuid:suggestion_uuid>/scores/", suggestion.scores, name="suggestion-scores"),
    path("you-said-we-did/", said.said, name="suggestions-said"),
]
