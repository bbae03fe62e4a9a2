"""Django's migrations, in a third of its time.

For each operation Django renders every model that is related to the one that changes, so that the state before keeps classes of
its own: all tables of the house hang together, and an empty database cost thirteen seconds. Nobody asks for the state before a
new model, index or constraint; these are put beside what is rendered, as models are when an app is loaded.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BaseConstraint, Index

Plan = Sequence[tuple[Migration, bool]]


class GrowingState(ProjectState):
    """Takes what is new without rendering what is there again."""

    def clone(self) -> "GrowingState":
        cloned = super().clone()
        cloned.__class__ = GrowingState
        assert isinstance(cloned, GrowingState)
        return cloned

    def add_model(self, model_state: ModelState) -> None:
        apps = self.__dict__.pop("apps", None)  # without it Django renders nothing
        super().add_model(model_state)
        if apps is not None:
            self.__dict__["apps"] = apps
            apps.render_multiple([model_state])

    def add_index(self, app_label: str, model_name: str, index: Index) -> None:
        self._append("indexes", app_label, model_name, index)

    def add_constraint(self, app_label: str, model_name: str, constraint: BaseConstraint) -> None:
        self._append("constraints", app_label, model_name, constraint)

    def _append(self, option: str, app_label: str, model_name: str, added: Any) -> None:
        options = self.models[app_label, model_name].options
        options[option] = [*options[option], added]
        if "apps" in self.__dict__:
            shown = self.apps.get_model(app_label, model_name)._meta
            setattr(shown, option, [*getattr(shown, option), added])


class Migrations(MigrationExecutor):
    """What is applied, and what is not yet."""

    def __init__(self) -> None:
        super().__init__(connection)
        self.plan: Plan = self.migration_plan(self.loader.graph.leaf_nodes())

    def apply(self) -> None:
        """As `django-admin migrate` does."""
        state = GrowingState(real_apps=self.loader.unmigrated_apps)
        leaves = self.loader.graph.leaf_nodes()
        for migration, _backwards in self.migration_plan(leaves, clean_start=True):
            if (migration.app_label, migration.name) in self.loader.applied_migrations:
                migration.mutate_state(state, preserve=False)
        how: dict[str, Any] = {
            "verbosity": 0,
            "interactive": False,
            "db": connection.alias,
            "plan": self.plan,
        }
        emit_pre_migrate_signal(**how, apps=state.apps)
        self.migrate(leaves, plan=self.plan, state=state)
        emit_post_migrate_signal(**how)
