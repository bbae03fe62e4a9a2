from django.urls import URLPattern, URLResolver, path

from wafaa.learn.feedback.pages import comments

urlpatterns: list[URLPattern | URLResolver] = [
    path("comments/", comments.comments, name="comments"),
    path("comments/mismatches/", comments.mismatches, name="comments-mismatches"),
    path("comments/export/", comments.export, name="comments-export"),
    path("comments/<uuid:comment_uuid>/", comments.comment, name="comment"),
    path("comments/<uuid:comment_uuid>/undo/", comments.undo, name="comment-undo"),
]
