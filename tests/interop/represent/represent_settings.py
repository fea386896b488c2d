"""Settings of the boundary server under test. It has its own environment and knows nothing of this project."""

import glob
import os

SECRET_KEY = "interop"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.gis", "boundaries"]
ROOT_URLCONF = "represent_urls"
DATABASES = {"default": {"ENGINE": "django.contrib.gis.db.backends.spatialite", "NAME": os.environ["REPRESENT_DATABASE"]}}
MIGRATION_MODULES = {"boundaries": None}
SPATIALITE_LIBRARY_PATH = "mod_spatialite"
GDAL_LIBRARY_PATH = next(iter(sorted(glob.glob("/usr/lib/*/libgdal.so.[0-9]*"))), None)
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
