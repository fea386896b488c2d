// Koop, Esri's own FeatureServer, over the GeoJSON files of the folder `layers`. It says "up" once it listens.
const Koop = require("@koopjs/koop-core");

const koop = new Koop({ logLevel: "error" });
koop.register(require("@koopjs/provider-file-geojson"), { dataDir: "./layers" });
koop.server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("up"));
