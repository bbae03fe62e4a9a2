from django.urls import path

from wafaa.know.notes.pages import files, notes, tasks

urlpatterns = [
    path("customers/<uuid:customer_uuid>/panels/notes/", notes.notes, name="customer-panel-notes"),
    path("customers/<uuid:customer_uuid>/panels/tasks/", tasks.tasks, name="customer-panel-tasks"),
    path("customers/<uuid:customer_uuid>/panels/files/", files.files, name="customer-panel-files"),
    path("notes/<uuid:note_uuid>/edit/", notes.edit, name="notes-edit"),
    path("notes/<uuid:kept_uuid>/delete/", notes.delete, name="notes-delete"),
    path("notes/<uuid:kept_uuid>/restore/", notes.restore, name="notes-restore"),
    path("tasks/", tasks.tasks_page, name="tasks"),
    path("tasks/<uuid:task_uuid>/edit/", tasks.edit, name="tasks-edit"),
    path("tasks/<uuid:task_uuid>/done/", tasks.done, name="tasks-done"),
    path("tasks/<uuid:kept_uuid>/delete/", tasks.delete, name="tasks-delete"),
    path("tasks/<uuid:kept_uuid>/restore/", tasks.restore, name="tasks-restore"),
    path("attachments/<uuid:attachment_uuid>/", files.download, name="files-download"),
    path("attachments/<uuid:kept_uuid>/delete/", files.delete, name="files-delete"),
    path("attachments/<uuid:kept_uuid>/restore/", files.restore, name="files-restore"),
]
