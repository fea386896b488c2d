"""The sandbox's addresses. GeoReport's format is the end of the address: `.json` or `.xml`."""

from __future__ import annotations

from django.urls import path, re_path

from bot.sandbox import esri_tokens, features, geocoder, hub, open311, pages, represent, sorting, waste

_FORM = r"\.(?P<form>json|xml)$"
_LOCATOR = "arcgis/rest/services/Locator/GeocodeServer"
_LAYERS = "arcgis/rest/services/<name>/FeatureServer"
_RECORDS = "hub/api/search/v1/collections/<name>"
_WARD = "represent/boundaries/<slug:boundary_set>/<slug:slug>"
_PLACE = "waste/api/places/<place_id>/services/<service>"

urlpatterns = [
    path("", pages.front_page),
    path("health", pages.health),
    path("_faults", pages.switches),
    re_path(rf"^open311/v2/discovery{_FORM}", open311.discovery),
    re_path(rf"^open311/v2/services{_FORM}", open311.services),
    re_path(rf"^open311/v2/services/(?P<service_code>[^/]+){_FORM}", open311.service_definition),
    re_path(rf"^open311/v2/requests{_FORM}", open311.requests),
    re_path(rf"^open311/v2/requests/(?P<service_request_id>[^/]+){_FORM}", open311.service_request),
    re_path(rf"^open311/v2/tokens/(?P<token>[^/]+){_FORM}", open311.token),
    path("open311/v2/media/<name>", open311.media),
    path("waste/api/areas/<area>/services/<service>/address-suggest", waste.address_suggest),
    path("waste/api/areas/<area>/services/<service>/pages", sorting.suggest),
    path("waste/api/areas/<area>/services/<service>/pages/<locale>/<page_id>.json", sorting.page),
    path(f"{_PLACE}/events", waste.events),
    path(f"{_PLACE}/events.<locale>.ics", waste.calendar),
    path("arcgis/rest/info", features.server_info),
    path("arcgis/tokens/generateToken", esri_tokens.generate_token),
    path("arcgis/rest/services", features.folder),
    path(_LOCATOR, geocoder.info),
    path(f"{_LOCATOR}/reverseGeocode", geocoder.reverse_geocode),
    path(f"{_LOCATOR}/findAddressCandidates", geocoder.find_address_candidates),
    path("hub/api/search/v1", hub.landing),
    path("hub/api/search/v1/", hub.landing),
    path("hub/api/search/v1/conformance", hub.conformance),
    path("hub/api/search/v1/collections", hub.collections),
    path(_RECORDS, hub.collection),
    path(f"{_RECORDS}/queryables", hub.queryables),
    path(f"{_RECORDS}/items", hub.items),
    path(f"{_RECORDS}/items/<dataset_id>", hub.item),
    path("hub/api/feed/dcat-us/1.1.json", hub.dcat_feed),
    path("hub/datasets/<dataset_id>", hub.page),
    path(_LAYERS, features.service_info),
    path(f"{_LAYERS}/<number>", features.layer_info),
    path(f"{_LAYERS}/<number>/query", features.query),
    path("represent/boundary-sets/", represent.boundary_sets),
    path("represent/boundaries/", represent.boundaries),
    path("represent/boundaries/<slug:boundary_set>/", represent.boundaries),
    path(f"{_WARD}/", represent.boundary),
    path(f"{_WARD}/shape", represent.shape),
    path(f"{_WARD}/representatives/", represent.representatives),
    path("represent/representative-sets/", represent.representative_sets),
    path("represent/representatives/", represent.representatives),
    path("represent/representatives/<slug:representative_set>/", represent.representatives),
]
