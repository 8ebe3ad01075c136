"""The one migration app: several apps would migrate app by app, not in the order of time."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(app_name="tatausaha", migrations_folder_path=str(Path(__file__).parent))
