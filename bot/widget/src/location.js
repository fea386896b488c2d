// Where the resident is, once they and their browser agree.

const LIMIT_MS = 15000;
const FRESH_MS = 60000;

/** {latitude, longitude} in WGS 84; null when the browser may not or cannot tell. */
export function whereIAm() {
  return new Promise((resolve) => {
    const found = ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude });
    const options = { timeout: LIMIT_MS, maximumAge: FRESH_MS, enableHighAccuracy: true };
    if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, () => resolve(null), options);
    else resolve(null);
  });
}
