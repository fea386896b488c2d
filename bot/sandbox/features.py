"""The sandbox's ArcGIS FeatureServers: the folder of services, what a service and its layer are, and queries.

Source: ArcGIS REST API, "Feature Service", "Layer", "Query". Errors come with status 200, as ArcGIS sends them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict

from django.http import HttpRequest, HttpResponse

from bot.city import city
from bot.sandbox import esri
from bot.sandbox.esri import EsriError, Parameters, document, esri_view
from bot.sandbox.esri_tokens import require_token
from bot.sandbox.feature_answers import answer, box_shape
from bot.sandbox.feature_layers import OBJECT_ID, Layer, layers
from bot.sandbox.feature_query import MOST_RECORDS
from bot.sandbox.feature_store import feature_store
from bot.sandbox.seeds import seed

VERSION = 11.2
_CAPABILITIES = {
    "supportsPagination": True,
    "supportsPaginationOnAggregatedQueries": True,
    "supportsStatistics": True,
    "supportsHavingClause": True,
    "supportsOrderBy": True,
    "supportsDistinct": True,
    "supportsCountDistinct": False,
    "supportsQueryWithDistance": True,
    "supportsReturningQueryExtent": True,
    "supportsSqlExpression": True,
    "supportsPercentileStatistics": False,
    "supportsTrueCurve": False,
    "useStandardizedQueries": True,
}


@esri_view
def server_info(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET rest/info: the version, and where tokens come from."""
    tokens = request.build_absolute_uri("/arcgis/tokens/generateToken")
    auth = {"isTokenBasedSecurity": True, "tokenServicesUrl": tokens, "shortLivedTokenValidity": seed("layers")["token"]["minutes"]}
    return document(request, parameters, {"currentVersion": VERSION, "fullVersion": f"{VERSION}.0", "authInfo": auth})


@esri_view
def folder(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET rest/services: every service that may be used without a token, and the locator."""
    services = [{"name": name, "type": "FeatureServer"} for name, layer in layers().items() if not layer.secured]
    shape = {"currentVersion": VERSION, "folders": [], "services": [*services, {"name": "Locator", "type": "GeocodeServer"}]}
    return document(request, parameters, shape)


@esri_view
def service_info(request: HttpRequest, parameters: Parameters, name: str) -> HttpResponse:
    """GET FeatureServer."""
    layer = _layer(parameters, name)
    extent = _extent(layer)
    about = {"id": 0, "name": layer.title, "type": "Feature Layer", "geometryType": layer.esri_geometry, "parentLayerId": -1}
    shape = {
        **_shared(layer),
        "serviceDescription": seed("layers")["sample"],
        "layers": [{**about, "defaultVisibility": True, "subLayerIds": None, "minScale": 0, "maxScale": 0}],
        "tables": [],
        "spatialReference": esri.SPATIAL_REFERENCES[esri.WGS84],
        "initialExtent": extent,
        "fullExtent": extent,
        "units": "esriDecimalDegrees",
    }
    return document(request, parameters, shape)


@esri_view
def layer_info(request: HttpRequest, parameters: Parameters, name: str, number: str) -> HttpResponse:
    """GET FeatureServer/0."""
    layer = _layer(parameters, name, number)
    changed = datetime.now(city().timezone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=layer.modified_days_ago)
    shape = {
        **_shared(layer),
        "id": 0,
        "name": layer.title,
        "type": "Feature Layer",
        "displayField": layer.display_field.name,
        "geometryType": layer.esri_geometry,
        "extent": _extent(layer),
        "objectIdField": OBJECT_ID,
        "uniqueIdField": {"name": OBJECT_ID, "isSystemMaintained": True},
        "globalIdField": "",
        "typeIdField": "",
        "fields": [field.document() for field in layer.fields],
        "types": [],
        "templates": [],
        "hasAttachments": False,
        "standardMaxRecordCount": MOST_RECORDS,
        "supportsStatistics": True,
        "supportsAdvancedQueries": True,
        "useStandardizedQueries": True,
        "advancedQueryCapabilities": _CAPABILITIES,
        "dateFieldsTimeReference": {"timeZone": "UTC", "respectsDaylightSaving": False},
        "editingInfo": {"lastEditDate": round(changed.timestamp() * 1000)},
    }
    return document(request, parameters, shape)


@esri_view
def query(request: HttpRequest, parameters: Parameters, name: str, number: str) -> HttpResponse:
    """GET or POST FeatureServer/0/query."""
    layer = _layer(parameters, name, number)
    with feature_store().reading(layer) as connection:
        return document(request, parameters, answer(parameters, layer, connection))


def _layer(parameters: Parameters, name: str, number: str = "0") -> Layer:
    """The layer of a path. Raises EsriError: 404 unknown, 499 and 498 without a good token."""
    layer = layers().get(name)
    if layer is None:
        raise EsriError(404, f"Service {name[:100]}/FeatureServer not found")
    if layer.secured:
        require_token(parameters)
    if number != "0":
        raise EsriError(404, f"The requested layer (layerId: {number[:20]}) was not found.")
    return layer


def _shared(layer: Layer) -> Dict[str, Any]:
    return {
        "currentVersion": VERSION,
        "description": f"{layer.description} {seed('layers')['sample']}",
        "copyrightText": seed("layers")["copyright"],
        "maxRecordCount": MOST_RECORDS,
        "supportedQueryFormats": "JSON, geoJSON",
        "capabilities": "Query",
    }


def _extent(layer: Layer) -> Dict[str, Any]:
    with feature_store().reading(layer) as connection:
        statement = f'SELECT MIN(_west), MIN(_south), MAX(_east), MAX(_north) FROM "{layer.name}"'  # noqa: S608  # a name of the seeds
        return box_shape(connection.execute(statement).fetchone(), esri.WGS84)
