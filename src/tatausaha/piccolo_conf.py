"""Piccolo's entry, used by migrations alone: the owner's connection and the one migration app."""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

from tatausaha.core.db import connection_arguments

DB = PostgresEngine(config=connection_arguments(os.environ["TATA_OWNER_DATABASE_URL"]))
APP_REGISTRY = AppRegistry(apps=["tatausaha.migrations.piccolo_app"])
