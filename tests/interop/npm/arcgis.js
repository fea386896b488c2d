// Esri's own clients, @esri/arcgis-rest-*, ask the ArcGIS server at ARCGIS and write what they got, as JSON by the name of the question.
const { ArcGISIdentityManager, request } = require("@esri/arcgis-rest-request");
const { getLayer, getService, queryFeatures, queryAllFeatures } = require("@esri/arcgis-rest-feature-service");
const { geocode, reverseGeocode } = require("@esri/arcgis-rest-geocoding");

const rest = process.env.ARCGIS;
const layer = (name) => `${rest}/services/${name}/FeatureServer/0`;
const locator = `${rest}/services/Locator/GeocodeServer`;
const number = [{ statisticType: "count", onStatisticField: "OBJECTID", outStatisticFieldName: "number" }];
const secured = { url: layer("Secured_Sample"), where: "1=1", returnCountOnly: true };

const questions = {
  service: () => getService({ url: layer("Wards").replace("/0", "") }),
  layer: () => getLayer({ url: layer("Playgrounds") }),
  records: () => queryFeatures({ url: layer("Playgrounds"), where: "WARDID = 9", outFields: ["NAME", "WARDID"], resultRecordCount: 3 }),
  everything: async () => (await queryAllFeatures({ url: layer("Water_Main_Breaks"), outFields: "*" })).features.length,
  count: () => queryFeatures({ url: layer("Water_Main_Breaks"), returnCountOnly: true }),
  near: () =>
    queryFeatures({
      url: layer("Wards"),
      geometry: { x: -80.4925, y: 43.4516, spatialReference: { wkid: 4326 } },
      geometryType: "esriGeometryPoint",
      spatialRel: "esriSpatialRelIntersects",
      outFields: "*",
      returnGeometry: false,
    }),
  statistics: () =>
    queryFeatures({ url: layer("Tree_Inventory"), outStatistics: number, groupByFieldsForStatistics: "CONDITION", orderByFields: "number DESC" }),
  wrongField: () => queryFeatures({ url: layer("Wards"), where: "NOPE = 1" }),
  noSuchService: () => getLayer({ url: layer("Nope") }),
  withoutToken: () => queryFeatures(secured),
  wrongToken: () => queryFeatures({ ...secured, params: { token: "stale" } }),
  goodToken: async () => {
    const { authInfo } = await request(`${rest}/info`);
    const { token, expires } = await request(authInfo.tokenServicesUrl, { params: { username: "sandbox", password: "sandbox" } });
    const server = { server: `${rest}/services`, token, tokenExpires: new Date(expires) };
    return queryFeatures({ ...secured, authentication: new ArcGISIdentityManager(server) });
  },
  address: () => geocode({ singleLine: "200 King St W", outFields: "*", endpoint: locator }),
  corner: () => geocode({ singleLine: "King St W & Victoria St N", outFields: "*", endpoint: locator }),
  nowhere: () => geocode({ singleLine: "12 Nowhere Ave", endpoint: locator }),
  reverse: () => reverseGeocode([-80.4925, 43.4516], { endpoint: locator }),
};

(async () => {
  const answers = {};
  for (const [name, ask] of Object.entries(questions))
    try {
      answers[name] = await ask();
    } catch (error) {
      answers[name] = { failed: error.name, code: error.code, message: error.message };
    }
  process.stdout.write(JSON.stringify(answers));
})();
