// Reads a JSON list of texts and writes, for each, what Twilio's calculator says: [encoding, segments].
const { SegmentedMessage } = require("sms-segments-calculator");

const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counted = texts.map((text) => new SegmentedMessage(text)).map((sms) => [sms.encodingName, sms.segmentsCount]);
process.stdout.write(JSON.stringify(counted));
